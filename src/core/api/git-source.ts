import { createError, isMayflyError, type MayflyError } from '../errors/mayfly-error.ts';
import { parseGitUrl } from '../git/address/git-url.ts';
import type { GitRef } from '../ports/git/git-repository.ts';
import { parseDuration } from './duration.ts';
import { gitSourceSpecSchema, type GitSourceSpec } from './schema/git-source-schema.ts';
import type { ObjectMeta, StoredObject } from './object.ts';
import { invalid, valid, validate, type Parsed } from './schema/validate.ts';

/** A GitSource with its defaults filled in; durations in milliseconds, sizes in bytes. */
export interface GitSource {
  readonly metadata: ObjectMeta;
  readonly url: string;
  readonly ref: GitRef;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly auth: {
    readonly type: 'none' | 'basic' | 'bearer' | 'ssh';
    /** Null only for `none`. */
    readonly secretName: string | null;
  };
  readonly history: 'FastForwardOnly' | 'Any';
  readonly rollback: 'Warn' | 'Refuse';
  readonly include: readonly string[];
  /** Only what the object asks for: the administrator's limits apply beside. */
  readonly limits: {
    readonly bytes?: number;
    readonly files?: number;
    readonly fileBytes?: number;
  };
  readonly hook: {
    readonly type: 'github' | 'gitlab' | 'generic';
    readonly secretName: string;
  } | null;
  readonly suspend: boolean;
}

const minIntervalMs = 1_000;
const defaultIntervalMs = 60_000;
const defaultTimeoutMs = 60_000;
const maxTimeoutMs = 600_000;
/** Of one file; those of values are small, and a larger one is asked for. */
const defaultFileBytes = 1024 * 1024;

/** Validates a GitSource and fills in its defaults; answers everything that is wrong at once. */
export function parseGitSource(object: StoredObject): Parsed<GitSource> {
  const parsed = validate(gitSourceSpecSchema, object.spec, 'spec');
  if (parsed.kind === 'invalid') return parsed;
  const errors = [
    ...checkUrl(parsed.value),
    ...checkAuth(parsed.value),
    ...checkTimes(parsed.value),
  ];
  return errors.length > 0 ? invalid(errors) : valid(resolve(object.metadata, parsed.value));
}

const defaults = {
  history: 'FastForwardOnly',
  rollback: 'Warn',
  include: [],
  limits: {},
  auth: { type: 'none' },
  suspend: false,
} as const;

function resolve(metadata: ObjectMeta, given: GitSourceSpec): GitSource {
  const { url, ref, auth, ...spec } = { ...defaults, ...given };
  return {
    metadata,
    url,
    ref: resolveRef(ref),
    intervalMs: readDuration(spec.interval, defaultIntervalMs),
    timeoutMs: readDuration(spec.timeout, defaultTimeoutMs),
    auth: { type: auth.type, secretName: given.auth?.secretRef?.name ?? null },
    history: spec.history,
    rollback: spec.rollback,
    include: spec.include,
    limits: { fileBytes: defaultFileBytes, ...spec.limits },
    hook: resolveHook(spec.hook),
    suspend: spec.suspend,
  };
}

function resolveHook(hook: GitSourceSpec['hook']): GitSource['hook'] {
  return hook === undefined ? null : { type: hook.type, secretName: hook.secretRef.name };
}

function resolveRef(ref: GitSourceSpec['ref']): GitRef {
  if (ref.branch !== undefined) return { kind: 'branch', name: ref.branch };
  if (ref.tag !== undefined) return { kind: 'tag', name: ref.tag };
  if (ref.semver !== undefined) return { kind: 'semver', range: ref.semver };
  return { kind: 'commit', id: ref.commit ?? '' };
}

function readDuration(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : (parseDuration(text) ?? otherwise);
}

function checkUrl({ url }: GitSourceSpec): readonly MayflyError[] {
  try {
    parseGitUrl(url);
    return [];
  } catch (error) {
    if (isMayflyError(error)) return [error];
    throw error;
  }
}

function checkAuth(spec: GitSourceSpec): readonly MayflyError[] {
  const { type = 'none', secretRef } = spec.auth ?? {};
  if (type !== 'none' && secretRef === undefined) {
    return [createError('MAYFLY_OBJECT_FIELD_MISSING', { field: 'spec.auth.secretRef' })];
  }
  const overSsh = spec.url.startsWith('ssh:');
  if (type === 'none' || overSsh === (type === 'ssh')) return [];
  const problem = overSsh ? 'must be ssh for an ssh:// address' : 'must not be ssh for https';
  return [createError('MAYFLY_OBJECT_FIELD_INVALID', { field: 'spec.auth.type', problem })];
}

function checkTimes(spec: GitSourceSpec): readonly MayflyError[] {
  const errors: MayflyError[] = [];
  if (readDuration(spec.interval, defaultIntervalMs) < minIntervalMs) {
    errors.push(outOfRange('spec.interval', 'must be at least 1s'));
  }
  const timeoutMs = readDuration(spec.timeout, defaultTimeoutMs);
  if (timeoutMs < 1_000 || timeoutMs > maxTimeoutMs) {
    errors.push(outOfRange('spec.timeout', 'must be between 1s and 10m'));
  }
  return errors;
}

function outOfRange(field: string, problem: string): MayflyError {
  return createError('MAYFLY_OBJECT_FIELD_INVALID', { field, problem });
}
