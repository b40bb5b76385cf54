import { afterEach, describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import { aSourceSpec, hour, minute, sourceRef } from '#test/support/controller-rig.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  aGitStoreSpec,
  startGitStores,
  storeRef,
  type GitStoresRig,
} from '#test/support/git-stores/create-git-stores-rig.ts';
import { sealFile } from '#test/support/memory/memory-decryptor.ts';
import { createMemoryNamespaces } from '#test/support/memory/memory-namespaces.ts';
import { until } from '#test/support/until.ts';

const files = { 'apps/db.yaml': sealFile([{ password: 'one' }]) };
const unreachable = createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' });
const policyRef = { kind: 'TenantPolicy', namespace: '', name: 'team' } as const;
let rig: GitStoresRig;

afterEach(async () => {
  await rig.close();
});

async function isRead(): Promise<boolean> {
  (await rig.read('db.yaml')).wipe();
  return true;
}

async function isRefused(code: ErrorCode, words = ''): Promise<void> {
  const error = await expectCode(rig.read('db.yaml'), code);
  expect(error.message).toContain(words);
}

describe('a source that the broker follows', () => {
  it('is refused as soon as its history is rewritten, also after a restart, until that is allowed', async () => {
    rig = await startGitStores(files);
    rig.git.pushForce(null, { 'apps/db.yaml': sealFile([{ password: 'theirs' }]) });
    await rig.advance(minute);
    await isRefused('MAYFLY_GIT_REWIND');
    await rig.restart();
    await isRefused('MAYFLY_GIT_REWIND');
    rig.objects.annotate(sourceRef(), { 'mayfly.dev/force': 'once' });
    await rig.advance(minute);
    expect(await isRead()).toBe(true);
    rig.git.pushForce(null, files);
    await rig.advance(minute);
    await isRefused('MAYFLY_GIT_REWIND');
  });

  it('has to descend from what a status says where the broker knows nothing yet', async () => {
    rig = await startGitStores(files, { source: { suspend: true } });
    const { origin, revision } = await acceptedByController();
    const object = rig.objects.peek(sourceRef());
    const { resourceVersion = '' } = object?.metadata ?? {};
    await rig.objects.writeStatus(sourceRef(), { origin, revision }, resourceVersion);
    rig.git.pushForce(null, files);
    rig.objects.put(sourceRef(), aSourceSpec());
    await rig.advance(minute);
    await isRefused('MAYFLY_GIT_REWIND');
  });

  /** What the controller would write of the tip. */
  async function acceptedByController(): Promise<{ origin: string; revision: string }> {
    const other = await startGitStores(files);
    const { createHash } = await import('node:crypto');
    const seed = JSON.stringify(['https://git.test/repo.git', { kind: 'branch', name: 'main' }]);
    await other.close();
    const origin = createHash('sha256').update(seed).digest('hex').slice(0, 32);
    return { origin, revision: rig.git.tip };
  }

  it('is believed for a day while its host does not answer, counted over restarts', async () => {
    rig = await startGitStores(files);
    rig.git.breakHost(unreachable);
    await rig.advance(23 * hour);
    expect(await isRead()).toBe(true);
    await rig.restart();
    expect(await isRead()).toBe(true);
    await rig.advance(hour + minute);
    await isRefused('MAYFLY_STORE_UNAVAILABLE', 'has not verified for too long');
    rig.git.breakHost(null);
    await rig.advance(10 * minute);
    expect(await isRead()).toBe(true);
  });

  it('is not believed after its host refused', async () => {
    rig = await startGitStores(files);
    rig.git.breakHost(createError('MAYFLY_GIT_REWIND', { offered: 'b', accepted: 'a' }));
    await rig.advance(minute);
    rig.git.breakHost(unreachable);
    await rig.advance(minute);
    await isRefused('MAYFLY_STORE_UNAVAILABLE', 'has not verified for too long');
  });

  it('is not read before it was looked at, nor after its address changed', async () => {
    rig = await startGitStores(files);
    rig.git.breakHost(unreachable);
    rig.objects.put(sourceRef(), aSourceSpec({ ref: { branch: 'next' } }));
    await isRefused('MAYFLY_STORE_UNAVAILABLE', 'was not looked at yet');
    await rig.advance(minute);
    await isRefused('MAYFLY_STORE_UNAVAILABLE', 'was not looked at yet');
    rig.objects.put({ ...storeRef, name: 'values' }, aGitStoreSpec({ sourceRef: { name: 'new' } }));
    rig.objects.put(sourceRef('new'), aSourceSpec());
    await isRefused('MAYFLY_STORE_UNAVAILABLE', 'was not looked at yet');
  });

  it('goes on at the accepted revision while it is suspended, however long', async () => {
    rig = await startGitStores(files);
    rig.objects.put(sourceRef(), aSourceSpec({ suspend: true }));
    await rig.advance(48 * hour);
    const { fetches } = rig.git;
    expect(await isRead()).toBe(true);
    expect(fetches).toBe(1);
  });

  it('is gone with its object, and forgotten with all that was accepted', async () => {
    rig = await startGitStores(files);
    rig.objects.delete(sourceRef());
    await isRefused('MAYFLY_SYNC_SOURCE_MISSING', 'prod/repo');
    await rig.advance(minute);
    expect(rig.git.forgotten).toContain('prod/repo');
    rig.git.pushForce(null, files);
    rig.objects.put(sourceRef(), aSourceSpec());
    await rig.advance(minute);
    expect(await isRead()).toBe(true);
  });

  it('is followed only while a Store reads from it', async () => {
    rig = await startGitStores(files);
    rig.objects.put(sourceRef('unused'), aSourceSpec());
    rig.objects.put(storeRef, { ...aGitStoreSpec(), suspend: true });
    await rig.advance(minute);
    const { fetches } = rig.git;
    await rig.advance(10 * minute);
    expect([fetches, rig.git.fetches]).toEqual([1, 1]);
    expect(rig.git.forgotten).toEqual(['prod/repo']);
    rig.git.pushForce(null, files);
    rig.objects.put(storeRef, aGitStoreSpec());
    await rig.advance(minute);
    await isRefused('MAYFLY_GIT_REWIND');
  });

  it('is looked at though many of another namespace do not come to an end', async () => {
    rig = await startGitStores(files);
    const release = rig.keys.hold('slow');
    for (let index = 0; index < 20; index += 1) {
      const [namespace, name] = ['slow', `repo-${index}`];
      const auth = { type: 'none', secretRef: { name: 'host' } };
      rig.objects.put({ ...sourceRef(name), namespace }, aSourceSpec({ auth }));
      rig.objects.put({ ...storeRef, namespace, name }, aGitStoreSpec({ sourceRef: { name } }));
    }
    await rig.advance(minute);
    const commit = rig.git.commit({ 'apps/db.yaml': sealFile([{ password: 'two' }]) });
    await rig.advance(2 * minute);
    const secret = await rig.read('db.yaml');
    expect(secret.version).toBe(commit);
    secret.wipe();
    release();
  });

  it('holds up the start for a minute and no longer when its host does not come to an end', async () => {
    rig = await startGitStores(files);
    const auth = { type: 'none', secretRef: { name: 'host' } };
    rig.objects.put({ ...sourceRef(), namespace: 'slow' }, aSourceSpec({ auth }));
    rig.objects.put({ ...storeRef, namespace: 'slow' }, aGitStoreSpec());
    await rig.advance(minute);
    const release = rig.keys.hold('slow');
    const { fetches } = rig.git;
    let isUp = false;
    const restarting = rig.restart().then(() => {
      isUp = true;
    });
    await until(() => rig.git.fetches > fetches);
    await rig.clock.advance(minute - 1);
    expect(isUp).toBe(false);
    await rig.clock.advance(1);
    await restarting;
    expect(await isRead()).toBe(true);
    release();
  });

  it('needs a TenantPolicy or a host of the configuration, at the moment of the read', async () => {
    const namespaces = createMemoryNamespaces();
    namespaces.put('prod', {});
    const ttl = { minTtlMs: minute, maxTtlMs: 24 * hour };
    const defaults = { allowedHosts: ['git.test'], ttl, ownNamespace: 'mayfly-system' };
    rig = await startGitStores(files, { tenancy: { namespaces, defaults } });
    expect(await isRead()).toBe(true);
    const git = { urls: ['https://other.test/**'] };
    rig.objects.put(policyRef, { namespaceSelector: {}, git });
    await isRefused('MAYFLY_TENANCY_GIT_URL');
    rig.objects.put(policyRef, { namespaceSelector: {} });
    await rig.advance(minute);
    expect(await isRead()).toBe(true);
  });
});
