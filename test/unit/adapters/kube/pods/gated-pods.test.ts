import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createKubePodGates, type KubePodGates } from '#adapters/kube/pods/gated-pods.ts';
import { podResource } from '#core/api/kube-resources.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { gatedLabel, secretsGate } from '#core/usage/pod-gate.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, settle } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';

const other = { name: 'example.com/quota' };
const gate = { name: secretsGate };

describe('gated pods', () => {
  let kube: MemoryKube;
  let gates: KubePodGates;
  let ending: AbortController;
  let running: Promise<void>;

  beforeEach(() => {
    const clock = createFakeClock();
    kube = createMemoryKube(clock);
    ending = new AbortController();
    const { signal } = ending;
    const reflector = { api: kube, clock, random: createFakeRandom(), onFault: () => undefined };
    gates = createKubePodGates({ reflector, api: kube, signal }, { namespaces: null });
    running = gates.run(signal);
  });

  afterEach(async () => {
    ending.abort();
    await running;
  });

  function put(
    name: string,
    schedulingGates: readonly object[],
    labels: Record<string, string> = { [gatedLabel]: 'true' },
  ): void {
    kube.put(podResource, {
      metadata: { name, namespace: 'shop', labels },
      spec: { schedulingGates, imagePullSecrets: [{ name: 'pull' }] },
      status: { phase: 'Pending' },
    });
  }

  it('are not looked for before anybody asks', async () => {
    put('web', [gate]);
    await settle(20);
    expect([gates.list(), kube.requests]).toEqual([[], []]);
    gates.follow();
    await settle(20);
    expect(gates.list()).toMatchObject([{ name: 'web', secrets: ['pull'], otherGates: [] }]);
  });

  it('are followed from the start where there are some', async () => {
    await gates.followIfAny(ending.signal);
    await settle(20);
    expect(kube.requests).toHaveLength(1);
    put('web', [gate]);
    await gates.followIfAny(ending.signal);
    await settle(20);
    expect(gates.list()).toHaveLength(1);
  });

  it('are let be where there is no right to look', async () => {
    const denied = createError('MAYFLY_KUBE_FORBIDDEN', { what: 'list pods', user: 'mayfly' });
    kube.failNext(({ verb }) => verb === 'list', denied);
    await gates.followIfAny(ending.signal);
    await settle(20);
    expect(kube.requests).toHaveLength(1);
  });

  it('lose our gate and its mark, and nothing else', async () => {
    put('web', [other, gate], { [gatedLabel]: 'true', app: 'web' });
    put('bare', [other]);
    gates.follow();
    await settle(20);
    const [pod, ...rest] = gates.list();
    expect(rest).toEqual([]);
    if (pod === undefined) throw new Error('there is one');
    await gates.lift(pod);
    expect(kube.peek({ resource: podResource, namespace: 'shop', name: 'web' })).toMatchObject({
      metadata: { labels: { app: 'web' } },
      spec: { schedulingGates: [other] },
    });
    expect(gates.list()).toEqual([]);
    await expectCode(gates.lift(pod), 'MAYFLY_KUBE_CONFLICT');
  });
});
