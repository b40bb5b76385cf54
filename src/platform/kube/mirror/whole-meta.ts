import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { KubeMeta, KubeObject } from '#core/ports/kube/kube-api.ts';

const nothing = {
  namespace: '',
  labels: {},
  annotations: {},
  ownerReferences: [],
  finalizers: [],
  managedFields: [],
};

/** Metadata of which nothing is absent. */
export type WholeMeta = KubeMeta & Required<Pick<KubeMeta, keyof typeof nothing>>;

export function readMeta({ metadata }: KubeObject): WholeMeta {
  return { ...nothing, ...metadata };
}

/** As whom the API server knows our writes. */
const ownWriter = 'mayfly';

const writerSchema = Type.Object({ manager: Type.String(), time: Type.Optional(Type.String()) });

/**
 * Who beside Mayfly wrote last, by the name of its field manager; null when nobody did, or only took something away.
 * Times are RFC 3339 in UTC and whole seconds: the later one is the greater text.
 */
export function findForeignWriter({ managedFields }: WholeMeta): string | null {
  const foreign = managedFields
    .filter((entry) => Check(writerSchema, entry))
    .filter(({ manager }) => manager !== ownWriter)
    .toSorted(({ time: a = '' }, { time: b = '' }) => (a < b ? -1 : Number(a > b)));
  return foreign.at(-1)?.manager ?? null;
}
