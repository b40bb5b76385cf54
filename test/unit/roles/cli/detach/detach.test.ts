import { describe, expect, it } from '@jest/globals';
import { ownResources, secretResource } from '#core/api/kube-resources.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeName } from '#core/ports/kube/kube-api.ts';
import { detach, type Detached, type DetachOptions } from '#roles/cli/detach/detach.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createMemoryKube } from '#test/support/memory/memory-kube.ts';

const { signal } = new AbortController();
const everything = { isDryRun: false, waitMs: 0 };

function createStage() {
  const clock = createFakeClock();
  const kube = createMemoryKube(clock);

  function secret(name: string, namespace = 'shop'): KubeName {
    return { resource: secretResource, namespace, name };
  }
  function object(name: string, namespace = 'shop'): KubeName {
    return { resource: ownResources.EphemeralSecret, namespace, name };
  }
  function put(name: string, namespace = 'shop'): void {
    const owner = { kind: 'EphemeralSecret', name, uid: 'u' };
    kube.put(ownResources.EphemeralSecret, { metadata: { name, namespace }, spec: {} });
    kube.put(secretResource, {
      metadata: {
        name,
        namespace,
        labels: { 'mayfly.dev/managed': 'true', team: 'a' },
        annotations: { 'mayfly.dev/expires-at': 'x', note: 'b' },
        ownerReferences: [
          { ...owner, apiVersion: 'mayfly.dev/v1alpha1' },
          { ...owner, apiVersion: 'apps/v1' },
        ],
      },
      data: { key: 'dmFsdWU=' },
    });
  }
  async function run(options: Partial<DetachOptions> = {}): Promise<Detached> {
    const done = detach({ api: kube, clock, signal }, { ...everything, ...options });
    done.catch(() => undefined);
    await clock.advance(120_000);
    return await done;
  }
  return { kube, put, run, secret, object };
}

describe('mayfly detach', () => {
  it('leaves a plain Secret with its values and what others wrote', async () => {
    const { kube, put, run, secret, object } = createStage();
    put('app');
    expect(await run()).toEqual({ suspended: ['shop/app'], secrets: ['shop/app'] });
    expect(kube.peek(object('app'))).toMatchObject({ spec: { suspend: true } });
    const live = kube.peek(secret('app'));
    const metadata = live?.metadata;
    expect(metadata).toMatchObject({ labels: { team: 'a' }, annotations: { note: 'b' } });
    expect(JSON.stringify(metadata)).not.toContain('mayfly.dev/');
    expect(metadata?.ownerReferences).toHaveLength(1);
    expect(live).toMatchObject({ data: { key: 'dmFsdWU=' } });
    expect(await run()).toEqual({ suspended: [], secrets: [] });
  });

  it('never asks for a value', async () => {
    const { kube, put, run } = createStage();
    put('app');
    await run();
    const reads = kube.requests.filter(
      ({ resource, verb }) => resource === 'secrets' && verb === 'get',
    );
    expect(reads).toEqual([]);
  });

  it('writes nothing in a dry run', async () => {
    const { kube, put, run } = createStage();
    put('app');
    const before = kube.requests.length;
    expect(await run({ isDryRun: true })).toEqual({
      suspended: ['shop/app'],
      secrets: ['shop/app'],
    });
    expect(kube.requests.slice(before).map(({ verb }) => verb)).toEqual(['list', 'list']);
  });

  it('stays in the namespace that was named', async () => {
    const { put, run } = createStage();
    put('app');
    put('app', 'other');
    expect(await run({ namespace: 'other' })).toEqual({
      suspended: ['other/app'],
      secrets: ['other/app'],
    });
  });

  it('touches no Secret before a controller has seen that it is to rest', async () => {
    const { kube, put, run, secret, object } = createStage();
    put('app');
    await expectCode(run({ waitMs: 60_000 }), 'MAYFLY_DETACH_UNOBSERVED');
    expect(kube.peek(secret('app'))?.metadata.labels).toHaveProperty(['mayfly.dev/managed']);
    kube.edit(object('app'), { spec: { suspend: false } });
    kube.edit(object('app'), { status: { observedGeneration: 9 } });
    expect(await run({ waitMs: 60_000 })).toMatchObject({ secrets: ['shop/app'] });
  });

  it('looks again where somebody wrote meanwhile', async () => {
    const { kube, put, run, secret } = createStage();
    put('app');
    const conflict = createError('MAYFLY_KUBE_CONFLICT', { what: 'patch' });
    kube.failNext(({ verb, resource }) => verb === 'patch' && resource === 'secrets', conflict);
    await run();
    expect(kube.peek(secret('app'))?.metadata.labels).toEqual({ team: 'a' });
  });
});
