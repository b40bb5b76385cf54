import type { KindName, StoredObject } from '#core/api/object.ts';

export interface GivenObject {
  readonly metadata?: Partial<StoredObject['metadata']>;
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** An object as an API server keeps it: `prod/it` at its first generation, unless more is given. */
export function aStoredObject(kind: KindName, given: GivenObject = {}): StoredObject {
  const metadata = {
    namespace: 'prod',
    name: 'it',
    uid: 'u',
    resourceVersion: '1',
    generation: 1,
    labels: {},
    annotations: {},
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...given.metadata,
  };
  return { kind, spec: {}, status: {}, ...given, metadata };
}
