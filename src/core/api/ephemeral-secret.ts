import { createError, type MayflyError } from '../errors/mayfly-error.ts';
import { checkLabels, checkAnnotations, checkSecretType } from '../sync/metadata-rules.ts';
import { parseDuration } from './duration.ts';
import {
  ephemeralSecretSpecSchema,
  type EphemeralSecretSpec,
} from './schema/ephemeral-secret-schema.ts';
import type { ObjectMeta, StoredObject } from './object.ts';
import { isObjectName, isSecretKey } from './names.ts';
import { invalid, valid, validate, type Parsed } from './schema/validate.ts';

/** Which key files open the encrypted files: one key of a Secret, or all (null). */
export interface KeyRef {
  readonly name: string;
  readonly key: string | null;
}

export interface KeyPick {
  readonly key: string;
  readonly valuePath: readonly string[];
  /** Path below the EphemeralSecret's; null when that is a file itself. */
  readonly file: string | null;
}

export interface SecretTarget {
  readonly kind: 'secret';
  readonly name: string;
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly from: 'keys' | 'dotenv' | 'json' | 'yaml' | 'ini' | 'file';
  readonly keys: readonly KeyPick[];
}

export type Target = { readonly kind: 'manifests' } | SecretTarget;

/** An EphemeralSecret with its defaults filled in; durations in milliseconds. */
export interface EphemeralSecret {
  readonly metadata: ObjectMeta;
  readonly sourceName: string;
  /** Without a trailing slash; the empty text is the whole repository. */
  readonly path: string;
  readonly keys: readonly KeyRef[];
  readonly target: Target;
  readonly ttlMs: number;
  readonly maxStaleMs: number;
  readonly lifetime: 'Continuous' | 'Once';
  readonly onSourceMissing: 'Delete' | 'Keep';
  readonly prune: boolean;
  readonly restart: readonly string[];
  readonly suspend: boolean;
}

const minTtlMs = 5_000;
const defaultTtlMs = 3_600_000;
const defaultMaxStaleMs = 86_400_000;

/** Validates an EphemeralSecret and fills in its defaults; answers everything that is wrong at once. */
export function parseEphemeralSecret(object: StoredObject): Parsed<EphemeralSecret> {
  const parsed = validate(ephemeralSecretSpecSchema, object.spec, 'spec');
  if (parsed.kind === 'invalid') return parsed;
  const spec = parsed.value;
  const errors = [...checkPaths(spec), ...checkTimes(spec), ...checkTarget(spec)];
  return errors.length > 0 ? invalid(errors) : valid(resolve(object.metadata, spec));
}

function resolve(metadata: ObjectMeta, spec: EphemeralSecretSpec): EphemeralSecret {
  return {
    metadata,
    sourceName: spec.sourceRef.name,
    path: normalisePath(spec.path),
    keys: spec.decryption.keys.map(({ secretRef }) => ({
      name: secretRef.name,
      key: secretRef.key ?? null,
    })),
    target: resolveTarget(spec),
    ttlMs: readDuration(spec.ttl, defaultTtlMs),
    maxStaleMs: readDuration(spec.maxStale, defaultMaxStaleMs),
    lifetime: spec.lifetime ?? 'Continuous',
    onSourceMissing: spec.onSourceMissing ?? 'Delete',
    prune: spec.prune ?? true,
    restart: spec.restart ?? [],
    suspend: spec.suspend ?? false,
  };
}

function resolveTarget(spec: EphemeralSecretSpec): Target {
  const secret = spec.target.secret;
  if (secret === undefined) return { kind: 'manifests' };
  return {
    kind: 'secret',
    name: secret.name,
    type: secret.type ?? 'Opaque',
    labels: secret.labels ?? {},
    annotations: secret.annotations ?? {},
    from: secret.from,
    keys: (secret.keys ?? []).map((pick) => ({
      key: pick.key,
      valuePath: pick.valuePath,
      file: pick.file === undefined ? null : normalisePath(pick.file),
    })),
  };
}

/** `./a/b/` is `a/b`, and `.` the empty text. */
export function normalisePath(path: string): string {
  return path
    .split('/')
    .filter((step) => step !== '' && step !== '.')
    .join('/');
}

function readDuration(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : (parseDuration(text) ?? otherwise);
}

function checkPaths(spec: EphemeralSecretSpec): readonly MayflyError[] {
  const paths = new Map([['spec.path', spec.path]]);
  for (const [index, pick] of (spec.target.secret?.keys ?? []).entries()) {
    if (pick.file !== undefined) paths.set(`spec.target.secret.keys[${index}].file`, pick.file);
  }
  return [...paths]
    .filter(([, path]) => path.split('/').includes('..'))
    .map(([field]) => wrong(field, 'must not leave the repository with ..'));
}

function checkTimes(spec: EphemeralSecretSpec): readonly MayflyError[] {
  if (readDuration(spec.ttl, defaultTtlMs) >= minTtlMs) return [];
  return [wrong('spec.ttl', 'must be at least 5s')];
}

function checkTarget(spec: EphemeralSecretSpec): readonly MayflyError[] {
  const secret = spec.target.secret;
  if (secret === undefined) return [];
  const at = 'spec.target.secret';
  return [
    ...(isObjectName(secret.name) ? [] : [wrong(`${at}.name`, 'must be a lower-case DNS name')]),
    ...[
      ...checkSecretType(secret.type ?? 'Opaque', `${at}.type`),
      ...checkLabels(secret.labels ?? {}, `${at}.labels`),
      ...checkAnnotations(secret.annotations ?? {}, `${at}.annotations`),
    ].map(({ field, problem }) => wrong(field, problem)),
    ...checkPicks(secret),
  ];
}

function checkPicks(
  secret: NonNullable<EphemeralSecretSpec['target']['secret']>,
): readonly MayflyError[] {
  const at = 'spec.target.secret.keys';
  const picks = secret.keys ?? [];
  if (secret.from === 'keys' && picks.length === 0) {
    return [createError('MAYFLY_OBJECT_FIELD_MISSING', { field: at })];
  }
  if (secret.from !== 'keys' && picks.length > 0) return [wrong(at, 'only goes with from: keys')];
  const seen = new Set<string>();
  return picks.flatMap((pick, index) => {
    const field = `${at}[${index}].key`;
    if (!isSecretKey(pick.key)) return [wrong(field, 'must not begin with ..')];
    if (seen.has(pick.key)) return [wrong(field, 'names a key a second time')];
    seen.add(pick.key);
    return [];
  });
}

function wrong(field: string, problem: string): MayflyError {
  return createError('MAYFLY_OBJECT_FIELD_INVALID', { field, problem });
}
