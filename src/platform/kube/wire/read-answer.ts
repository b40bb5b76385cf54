import type { IncomingMessage } from 'node:http';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeMeta, KubeObject, KubePage } from '#core/ports/kube/kube-api.ts';
import { isRecord } from '#core/text/read-field.ts';
import { readStreamBounded } from '#platform/streams/read-stream-bounded.ts';

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
  if (isObject(value)) return value;
  const problem = 'its metadata are not those of an object';
  throw createError('MAYFLY_KUBE_ANSWER', { what, problem });
}

/** A page of a list, else `MAYFLY_KUBE_ANSWER`. An empty list of metadata alone has `null` for its items. */
export function readPage(value: unknown, what: string): KubePage {
  const resourceVersion = readVersion(value, what);
  const { metadata, items } = isRecord(value) ? value : {};
  const listed: unknown = items === null ? [] : items;
  if (!Array.isArray(listed)) {
    throw createError('MAYFLY_KUBE_ANSWER', { what, problem: 'it is no list' });
  }
  const next = isRecord(metadata) ? metadata['continue'] : undefined;
  return {
    items: listed.map((item) => readObject(item, what)),
    resourceVersion,
    ...(typeof next === 'string' && next !== '' && { next }),
  };
}

/** The version of a list, or the one that a bookmark carries, else `MAYFLY_KUBE_ANSWER`. */
export function readVersion(value: unknown, what: string): string {
  const metadata = isRecord(value) ? value['metadata'] : null;
  const version = isRecord(metadata) ? metadata['resourceVersion'] : null;
  if (typeof version === 'string') return version;
  throw createError('MAYFLY_KUBE_ANSWER', { what, problem: 'it has no version' });
}

type Test = (value: unknown) => boolean;

/** By hand: a schema that is interpreted takes a tenth of a second for a page. */
const metadataTests: Readonly<Record<keyof KubeMeta, Test>> = {
  name: isText,
  uid: isText,
  resourceVersion: isText,
  namespace: orAbsent(isText),
  generation: orAbsent((value) => typeof value === 'number'),
  labels: orAbsent(isTexts),
  annotations: orAbsent(isTexts),
  creationTimestamp: orAbsent(isText),
  deletionTimestamp: orAbsent(isText),
  ownerReferences: orAbsent(Array.isArray),
  finalizers: orAbsent((value) => Array.isArray(value) && value.every(isText)),
  managedFields: orAbsent(Array.isArray),
};
const tests = Object.entries(metadataTests);

function isObject(value: unknown): value is KubeObject {
  if (!isRecord(value) || !orAbsent(isText)(value['apiVersion'])) return false;
  const { metadata, kind } = value;
  if (!isRecord(metadata) || !orAbsent(isText)(kind)) return false;
  return tests.every(([key, isRight]) => isRight(metadata[key]));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isText);
}

function orAbsent(test: Test): Test {
  return (value) => value === undefined || test(value);
}
