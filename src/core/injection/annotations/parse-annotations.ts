import type { MayflyError } from '../../errors/mayfly-error.ts';
import { isStoreName, parseReference, type Reference } from '../../reference/reference.ts';
import type { AgentPlan, PlanChange } from '../agent-plan.ts';
import { parseQuantity } from '../pod/quantity.ts';
import type { Quantities } from '../settings.ts';
import {
  createAnnotationReader,
  type AnnotationReader,
  type Annotations,
} from './annotation-reader.ts';
import { readFiles, type RequestedFile } from './read-files.ts';
import {
  invalid,
  parseChange,
  parseFolder,
  parseNames,
  parseTtl,
  parseWord,
  valid,
  type ParsedValue,
} from './values.ts';

/** What the annotations of a pod ask for; null is what the administrator set. */
export interface PodRequest {
  readonly mode: 'init' | 'sidecar';
  readonly files: readonly RequestedFile[];
  /** By the name of the variable. */
  readonly variables: ReadonlyMap<string, Reference>;
  readonly optional: ReadonlySet<string>;
  readonly containers: readonly string[] | null;
  /** The store of what names none; null where there is none. */
  readonly store: string | null;
  readonly onChange: PlanChange;
  readonly ttlMs: number | null;
  readonly resources: { readonly requests: Quantities; readonly limits: Quantities };
  readonly logLevel: AgentPlan['logLevel'] | null;
  readonly filesPath: string;
  readonly order: 'before' | 'after' | 'first';
}

/** A value as far as it could be read, and all that is wrong with it. */
export interface Checked<T> {
  readonly value: T;
  readonly errors: readonly MayflyError[];
}

const defaultFilesPath = '/run/secrets/mayfly';

/** Parses every annotation of ours at once; those of others are not looked at. */
export function parseAnnotations(
  annotations: Annotations,
  defaultStore: string | null,
): Checked<PodRequest> {
  const reader = createAnnotationReader(annotations);
  const store = reader.read('store', parseStore) ?? defaultStore;
  const request: PodRequest = {
    mode: reader.read('inject', (text) => parseWord(text, ['init', 'sidecar'])) ?? 'init',
    files: readFiles(reader, store),
    variables: reader.readAll('env', (text) => parseVariable(text, store)),
    optional: new Set(reader.readAll('optional', parseTrue).keys()),
    containers: reader.read('containers', parseNames),
    store,
    onChange: reader.read('on-change', parseChange) ?? { kind: 'none' },
    ttlMs: reader.read('ttl', parseTtl),
    resources: { requests: readAmounts(reader, 'requests'), limits: readAmounts(reader, 'limits') },
    logLevel: reader.read('log-level', (text) =>
      parseWord(text, ['debug', 'info', 'warn', 'error']),
    ),
    filesPath: reader.read('files-path', parseFolder) ?? defaultFilesPath,
    order:
      reader.read('order', (text) => parseWord(text, ['before', 'after', 'first'])) ?? 'before',
  };
  reader.read('wait-for-secrets', parseTrue);
  checkTogether(reader, request);
  return { value: request, errors: reader.errors };
}

/** What one annotation means only beside another one. */
function checkTogether(reader: AnnotationReader, request: PodRequest): void {
  if (request.mode === 'init') {
    if (request.onChange.kind !== 'none') reader.refuse('on-change', 'needs inject to be sidecar');
    if (request.ttlMs !== null) reader.refuse('ttl', 'needs inject to be sidecar');
  }
  for (const resource of ['cpu', 'memory']) {
    const [request_, limit] = [
      request.resources.requests[resource],
      request.resources.limits[resource],
    ].map((text) => parseQuantity(text ?? ''));
    if (typeof request_ === 'number' && typeof limit === 'number' && request_ > limit) {
      reader.refuse(`resources.requests.${resource}`, 'must not be over the limit');
    }
  }
}

function readAmounts(reader: AnnotationReader, kind: 'requests' | 'limits'): Quantities {
  const found = ['cpu', 'memory'].map(
    (resource) => [resource, reader.read(`resources.${kind}.${resource}`, parseAmount)] as const,
  );
  return Object.fromEntries(
    found.flatMap(([resource, text]) => (text === null ? [] : [[resource, text] as const])),
  );
}

function parseAmount(text: string): ParsedValue<string> {
  const amount = parseQuantity(text);
  return amount === null || amount === 0
    ? invalid('must be a quantity such as 50m or 64Mi')
    : valid(text);
}

function parseStore(text: string): ParsedValue<string> {
  return isStoreName(text) ? valid(text) : invalid('must be the name of a Store or cluster/NAME');
}

function parseVariable(text: string, store: string | null): ParsedValue<Reference> {
  const parsed = parseReference(text, store);
  if (parsed.kind === 'invalid') return parsed;
  return parsed.reference.key === null ? invalid('must name one key') : valid(parsed.reference);
}

function parseTrue(text: string): ParsedValue<true> {
  return text === 'true' ? valid(true) : invalid('must be true, or be left out');
}
