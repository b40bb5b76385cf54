import { kindResources, type KindName, type StoredObject } from '#core/api/object.ts';

/** An object of a kind with this spec, as it would be stored; of a namespaced kind in `shop`. */
export function aStored(kind: KindName, name: string, spec: unknown): StoredObject {
  const metadata = {
    namespace: kindResources[kind].scope === 'Namespaced' ? 'shop' : '',
    name,
    uid: 'u',
    resourceVersion: '1',
    generation: 1,
    labels: {},
    annotations: {},
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
  return { kind, metadata, spec, status: {} };
}
