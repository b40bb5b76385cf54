import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { keys } from '#core/api/object.ts';
import type { KubeMeta, KubeObject } from '#core/ports/kube-api.ts';
import { fieldManager } from './secret-target.ts';

export type Texts = Readonly<Record<string, string>>;

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

export function readType(object: KubeObject): string {
  return typeof object['type'] === 'string' ? object['type'] : '';
}

const contentSchema = Type.Record(Type.String(), Type.String());

/** The values in base64. What is no map of texts counts as no content: for a Secret of ours that is drift. */
export function readContent(object: KubeObject): Texts {
  const content = object['data'];
  return Check(contentSchema, content) ? content : {};
}

export function hasLabel({ metadata }: KubeObject): boolean {
  return metadata.labels?.[keys.managed] === 'true';
}

const managerSchema = Type.Object({ manager: Type.String(), time: Type.Optional(Type.String()) });

/** Who beside Mayfly wrote last. Times are RFC 3339 in UTC and whole seconds: the later one is the greater text. */
export function findForeignManager({ managedFields }: WholeMeta): string | null {
  const foreign = managedFields
    .filter((entry) => Check(managerSchema, entry))
    .filter(({ manager }) => manager !== fieldManager)
    .toSorted(({ time: a = '' }, { time: b = '' }) => (a < b ? -1 : Number(a > b)));
  return foreign.at(-1)?.manager ?? null;
}
