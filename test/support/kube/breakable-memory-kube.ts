import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeResource } from '#core/ports/kube/kube-api.ts';
import type { BreakableKube, EventFault, WatchFault } from '#test/contract/reflector.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';

export const configMaps: KubeResource = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
};

const namespace = 'prod';
/** Every event: a random that never says no. */
const always = { bytes: () => new Uint8Array(), fraction: () => 0, uuid: () => '' };

export function createBreakableMemoryKube(): BreakableKube {
  const kube = createMemoryKube(createFakeClock());
  return {
    api: kube,
    query: { resource: configMaps, namespace },
    put: async (name, text) =>
      kube.put(configMaps, { metadata: { name, namespace }, data: { text } }),
    remove: async (name) => kube.removeByHand({ resource: configMaps, namespace, name }),
    breakWatches: (fault) => breakWatches(kube, fault),
    refuseNext: (verb, status) =>
      kube.failNext((request) => request.verb === verb, failureOf(verb, status)),
    spoilEvents: (fault) => kube.watches.setFaults(fault === null ? null : faultsOf(fault)),
    count: (verb) => kube.requests.filter((request) => request.verb === verb).length,
    get openWatches() {
      return kube.watches.count;
    },
    close: async () => undefined,
  };
}

function breakWatches(kube: MemoryKube, fault: WatchFault): void {
  if (fault === 'end') kube.watches.endAll();
  else if (fault === 'freeze') kube.watches.freezeAll();
  else if (fault === 'partial') {
    const problem = 'a line is no JSON';
    kube.watches.breakAll(createError('MAYFLY_KUBE_ANSWER', { what: 'watch', problem }));
  } else kube.watches.breakAll();
}

function failureOf(what: string, status: 410 | 500): MayflyError {
  if (status === 410) return createError('MAYFLY_KUBE_EXPIRED', { what });
  return createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason: `status ${status}` });
}

function faultsOf(fault: EventFault): Parameters<MemoryKube['watches']['setFaults']>[0] {
  const field = fault === 'postpone' ? 'reorder' : fault;
  return { random: always, [field]: 1 };
}
