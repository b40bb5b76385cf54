import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { keys } from '#core/api/object.ts';
import type { KubeObject } from '#core/ports/kube-api.ts';
import { fieldManager } from './secret-target.ts';

export type Texts = Readonly<Record<string, string>>;

/** A Secret as the API answered it, values in base64 included: for as long as it takes to read it. */
export interface RawSecret {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly type: string;
  readonly isImmutable: boolean;
  readonly content: Texts;
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly owners: readonly unknown[];
  readonly managers: readonly unknown[];
  /** A finalizer would hold up its deletion. */
  readonly isHeld: boolean;
  /** Its deletion was asked for and is held up. */
  readonly isEnding: boolean;
}

const nothing = { labels: {}, annotations: {}, ownerReferences: [], managedFields: [] };

export function parseRaw(object: KubeObject): RawSecret {
  const metadata = { namespace: '', finalizers: [], ...nothing, ...object.metadata };
  const type = object['type'];
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    type: typeof type === 'string' ? type : '',
    isImmutable: object['immutable'] === true,
    content: readContent(object),
    labels: metadata.labels,
    annotations: metadata.annotations,
    owners: metadata.ownerReferences,
    managers: metadata.managedFields,
    isHeld: metadata.finalizers.length > 0,
    isEnding: metadata.deletionTimestamp !== undefined,
  };
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
export function findForeignManager({ managers }: RawSecret): string | null {
  const foreign = managers
    .filter((entry) => Check(managerSchema, entry))
    .filter(({ manager }) => manager !== fieldManager)
    .toSorted(({ time: a = '' }, { time: b = '' }) => (a < b ? -1 : Number(a > b)));
  return foreign.at(-1)?.manager ?? null;
}
