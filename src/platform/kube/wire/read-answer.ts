import type { IncomingMessage } from 'node:http';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeObject, KubePage } from '#core/ports/kube-api.ts';
import { readStreamBounded } from '#platform/streams/read-stream-bounded.ts';

const text = Type.String();
const texts = Type.Record(text, text);

const metadataSchema = Type.Object({
  name: text,
  namespace: Type.Optional(text),
  uid: text,
  resourceVersion: text,
  generation: Type.Optional(Type.Number()),
  labels: Type.Optional(texts),
  annotations: Type.Optional(texts),
  creationTimestamp: Type.Optional(text),
  deletionTimestamp: Type.Optional(text),
  ownerReferences: Type.Optional(Type.Array(Type.Unknown())),
  finalizers: Type.Optional(Type.Array(text)),
  managedFields: Type.Optional(Type.Array(Type.Unknown())),
});

const objectSchema = Type.Object({
  apiVersion: Type.Optional(text),
  kind: Type.Optional(text),
  metadata: metadataSchema,
});

const pageSchema = Type.Object({
  metadata: Type.Object({ resourceVersion: text, continue: Type.Optional(text) }),
  items: Type.Array(Type.Unknown()),
});

const versionSchema = Type.Object({ metadata: Type.Object({ resourceVersion: text }) });

export interface AnswerBounds {
  readonly what: string;
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** The body of an answer as JSON, within its bounds. */
export async function readJson(response: IncomingMessage, bounds: AnswerBounds): Promise<unknown> {
  const bytes = await readStreamBounded(response, bounds);
  return parseJson(bytes, bounds.what);
}

/** Wipes the bytes. Throws `MAYFLY_KUBE_ANSWER`, without the words of the parser, which quote. */
export function parseJson(bytes: Buffer, what: string): unknown {
  const source = bytes.toString('utf8');
  bytes.fill(0);
  try {
    return spellings.some((spelling) => source.includes(spelling))
      ? JSON.parse(source, dropProto)
      : JSON.parse(source);
  } catch {
    throw createError('MAYFLY_KUBE_ANSWER', { what, problem: 'it is no JSON' });
  }
}

/** A parsed object may have a key `__proto__` of its own, harmless until somebody copies it by assignment. */
const spellings = ['__proto__', '\\u005f', '\\u005F'];

function dropProto(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

/** An object with metadata that can be relied on, else `MAYFLY_KUBE_ANSWER`. */
export function readObject(value: unknown, what: string): KubeObject {
  if (Check(objectSchema, value)) return value;
  throw createError('MAYFLY_KUBE_ANSWER', {
    what,
    problem: 'its metadata are not those of an object',
  });
}

export function readPage(value: unknown, what: string): KubePage {
  if (!Check(pageSchema, value)) {
    throw createError('MAYFLY_KUBE_ANSWER', { what, problem: 'it is no list' });
  }
  const { resourceVersion, continue: next = '' } = value.metadata;
  const items = value.items.map((item) => readObject(item, what));
  return { items, resourceVersion, ...(next !== '' && { next }) };
}

/** The version that a bookmark carries. */
export function readVersion(value: unknown, what: string): string {
  if (Check(versionSchema, value)) return value.metadata.resourceVersion;
  throw createError('MAYFLY_KUBE_ANSWER', { what, problem: 'a bookmark without a version' });
}
