import { checkEphemeralSecret } from './check/check-ephemeral-secret.ts';
import { parseDuration } from './duration.ts';
import {
  ephemeralSecretSpecSchema,
  type EphemeralSecretSpec,
} from './schema/ephemeral-secret-schema.ts';
import type { LabelSelector } from './schema/label-selector-schema.ts';
import type { ObjectMeta, StoredObject } from './object.ts';
import type { DecryptionSpec } from './schema/schema-parts.ts';
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
  /** Texts of templates by the key that each makes; null where the values of the files are the keys. */
  readonly template: Readonly<Record<string, string>> | null;
}

export type Target = { readonly kind: 'manifests' } | SecretTarget;

/** Whether a Secret of that name that Mayfly did not make is left alone or taken over. */
export type OwnershipRule = 'Own' | 'Adopt';

/** An EphemeralSecret with its defaults filled in; durations in milliseconds. */
export interface EphemeralSecret {
  readonly metadata: ObjectMeta;
  readonly sourceName: string;
  /** Without a trailing slash; the empty text is the whole repository. */
  readonly path: string;
  readonly keys: readonly KeyRef[];
  readonly target: Target;
  readonly ownership: OwnershipRule;
  readonly ttlMs: number;
  readonly maxStaleMs: number;
  readonly lifetime: 'Continuous' | 'Once' | 'WhileInUse';
  /** How long a Secret `WhileInUse` stays after its last use. */
  readonly lingerMs: number;
  readonly onSourceMissing: 'Delete' | 'Keep';
  readonly prune: boolean;
  readonly restart: readonly string[];
  /** Null for Mayfly itself. */
  readonly serviceAccountName: string | null;
  /** Null for every cluster. */
  readonly clusters: LabelSelector | null;
  readonly suspend: boolean;
}

const defaultTtlMs = 3_600_000;
const defaultMaxStaleMs = 86_400_000;
const defaultLingerMs = 60_000;

/** Validates an EphemeralSecret and fills in its defaults; answers everything that is wrong at once. */
export function parseEphemeralSecret(object: StoredObject): Parsed<EphemeralSecret> {
  const parsed = validate(ephemeralSecretSpecSchema, object.spec, 'spec');
  if (parsed.kind === 'invalid') return parsed;
  const spec = parsed.value;
  const errors = checkEphemeralSecret(spec);
  return errors.length > 0 ? invalid(errors) : valid(resolve(object.metadata, spec));
}

function resolve(metadata: ObjectMeta, spec: EphemeralSecretSpec): EphemeralSecret {
  const { prune = true, restart = [], suspend = false } = spec;
  return {
    metadata,
    sourceName: spec.sourceRef.name,
    path: normalisePath(spec.path),
    keys: resolveKeys(spec.decryption),
    target: resolveTarget(spec),
    ownership: resolveOwnership(spec),
    ...resolveLease(spec),
    prune,
    restart,
    serviceAccountName: spec.serviceAccountName ?? null,
    clusters: spec.clusters ?? null,
    suspend,
  };
}

/** The keys that an object refers to, in its order. */
export function resolveKeys({ keys }: DecryptionSpec): readonly KeyRef[] {
  return keys.map(({ secretRef: { name, key = null } }) => ({ name, key }));
}

type LeaseFields = 'ttlMs' | 'maxStaleMs' | 'lingerMs' | 'lifetime' | 'onSourceMissing';

function resolveLease(spec: EphemeralSecretSpec): Pick<EphemeralSecret, LeaseFields> {
  return {
    ttlMs: readDuration(spec.ttl, defaultTtlMs),
    maxStaleMs: readDuration(spec.maxStale, defaultMaxStaleMs),
    lingerMs: readDuration(spec.linger, defaultLingerMs),
    lifetime: spec.lifetime ?? 'Continuous',
    onSourceMissing: spec.onSourceMissing ?? 'Delete',
  };
}

function resolveOwnership({ target }: EphemeralSecretSpec): OwnershipRule {
  return (target.secret ?? target.manifests)?.ownership ?? 'Own';
}

function resolveTarget(spec: EphemeralSecretSpec): Target {
  const { secret } = spec.target;
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
    template: secret.template ?? null,
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
