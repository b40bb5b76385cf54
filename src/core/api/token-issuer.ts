import { createError, type MayflyError } from '../errors/mayfly-error.ts';
import { encodeText } from '../format/utf8.ts';
import type { IssuerKind } from '../identity/identity.ts';
import { parseKeySet } from '../identity/issuer/parse-key-set.ts';
import { checkCertificates } from './check/check-certificates.ts';
import { parseDuration } from './duration.ts';
import type { StoredObject } from './object.ts';
import { tokenIssuerSpecSchema, type TokenIssuerSpec } from './schema/token-issuer-schema.ts';
import { invalid, valid, validate, type Parsed } from './schema/validate.ts';

/** How often one token may be used: see `replay` of a TokenIssuer. */
export type ReplayRule = 'Once' | 'PerJob' | 'Liveness' | 'None';

/** Where the keys of an issuer come from. */
export type IssuerKeySource =
  | {
      readonly kind: 'discovery';
      /** Origins beside that of the issuer at which `jwks_uri` may be. */
      readonly keyOrigins: readonly string[];
    }
  /** The API server of the cluster that Mayfly runs in, asked with Mayfly's own token. */
  | { readonly kind: 'cluster' }
  /** A JSON Web Key Set (RFC 7517) as text. */
  | { readonly kind: 'inline'; readonly jwks: string }
  /** The same in a ConfigMap of Mayfly's own namespace. */
  | { readonly kind: 'configMap'; readonly name: string; readonly key: string };

/** A TokenIssuer as it was written, with its defaults. Durations in milliseconds. */
export interface TokenIssuer {
  readonly name: string;
  readonly kind: IssuerKind;
  /** The claim `iss`, letter for letter. */
  readonly issuer: string;
  /** One of these has to be the audience; empty is the broker's own address. */
  readonly audiences: readonly string[];
  /** Whether a token for several audiences is refused. */
  readonly singleAudience: boolean;
  /** JWS algorithms (RFC 7518), such as `RS256`. Never `none` or `HS…`. */
  readonly algorithms: readonly string[];
  readonly keys: IssuerKeySource;
  /** PEM; null for the certificates of the system. */
  readonly ca: string | null;
  /** Whether the issuer may have a private or loopback address. */
  readonly allowPrivateAddress: boolean;
  /** Of a token: from `iat` to now, and from `iat` to `exp`. */
  readonly maxTokenAgeMs: number;
  readonly replay: ReplayRule;
  /** With `PerJob`: how often one token is used within its job. */
  readonly usesPerJob: number;
  readonly suspend: boolean;
}

/** Validates a TokenIssuer and fills in the defaults of its kind; answers everything that is wrong at once. */
export function parseTokenIssuer({ metadata, spec }: StoredObject): Parsed<TokenIssuer> {
  const parsed = validate(tokenIssuerSpecSchema, spec, 'spec');
  if (parsed.kind === 'invalid') return parsed;
  const issuer = resolve(metadata.name, parsed.value);
  const errors = [
    ...checkSource(parsed.value),
    ...checkInline(parsed.value),
    ...checkReplay(parsed.value, issuer),
    ...checkAge(issuer),
  ];
  return errors.length > 0 ? invalid(errors) : valid(issuer);
}

const minute = 60_000;
const hour = 60 * minute;

/** Of systems whose tokens are known to live for minutes, or for as long as a job. */
const maxAges: Partial<Record<IssuerKind, number>> = {
  github: 10 * minute,
  buildkite: 10 * minute,
  gitlab: 2 * hour,
  kubernetes: 2 * hour,
};

const defaults = {
  audiences: [],
  singleAudience: true,
  algorithms: ['RS256', 'ES256'],
  ca: null,
  allowPrivateAddress: false,
  usesPerJob: 20,
  suspend: false,
};

function resolve(
  name: string,
  { keys: written, maxTokenAge, ...spec }: TokenIssuerSpec,
): TokenIssuer {
  const keys = resolveKeys(written);
  return {
    name,
    ...defaults,
    replay: chooseReplay(spec.kind, keys),
    ...spec,
    keys,
    maxTokenAgeMs: parseDuration(maxTokenAge ?? '') ?? maxAges[spec.kind] ?? hour,
  };
}

function resolveKeys({ discovery, cluster, inline, configMap }: KeysSpec = {}): IssuerKeySource {
  if (cluster !== undefined) return { kind: 'cluster' };
  if (inline !== undefined) return { kind: 'inline', jwks: inline.jwks };
  if (configMap !== undefined) return { kind: 'configMap', ...configMap };
  return { kind: 'discovery', keyOrigins: discovery?.keyOrigins ?? [] };
}

type KeysSpec = NonNullable<TokenIssuerSpec['keys']>;

/** Jobs of these systems are given one token and cannot ask for another. */
function chooseReplay(kind: IssuerKind, keys: IssuerKeySource): ReplayRule {
  if (kind === 'gitlab' || kind === 'bitbucket') return 'PerJob';
  return kind === 'kubernetes' && keys.kind === 'cluster' ? 'Liveness' : 'Once';
}

function checkSource(spec: TokenIssuerSpec): MayflyErrors {
  const { kind, keys, ca } = spec;
  const isDiscovered = keys === undefined || keys.discovery !== undefined;
  const misplaced = ['ca', 'allowPrivateAddress'].filter((field) => field in spec && !isDiscovered);
  return [
    ...misplaced.map((field) => wrong(field, 'only goes with keys.discovery')),
    ...(keys?.cluster === undefined || kind === 'kubernetes'
      ? []
      : [wrong('keys.cluster', 'only goes with kind: kubernetes')]),
    ...checkCertificates('spec.ca', ca),
  ];
}

function checkInline({ keys: { inline } = {} }: TokenIssuerSpec): MayflyErrors {
  if (inline === undefined) return [];
  const parsed = parseKeySet(encodeText(inline.jwks));
  if (parsed.kind === 'valid') return [];
  return [wrong('keys.inline.jwks', `holds keys that ${parsed.problem}`)];
}

type MayflyErrors = readonly MayflyError[];

/** Systems whose tokens name no job: within what would they be counted? */
const withoutJob: readonly IssuerKind[] = ['kubernetes', 'generic'];

function checkReplay(spec: TokenIssuerSpec, { kind, replay, keys }: TokenIssuer): MayflyErrors {
  return [
    ...(replay !== 'Liveness' || keys.kind === 'cluster'
      ? []
      : [wrong('replay', 'may be Liveness only with keys.cluster: who else is to be asked')]),
    ...(replay !== 'PerJob' || !withoutJob.includes(kind)
      ? []
      : [wrong('replay', `must not be PerJob with kind: ${kind}, whose tokens name no job`)]),
    ...(spec.usesPerJob === undefined || replay === 'PerJob'
      ? []
      : [wrong('usesPerJob', 'only goes with replay: PerJob')]),
  ];
}

function checkAge({ maxTokenAgeMs }: TokenIssuer): MayflyErrors {
  if (maxTokenAgeMs >= minute && maxTokenAgeMs <= 24 * hour) return [];
  return [wrong('maxTokenAge', 'must be between 1m and 24h')];
}

function wrong(field: string, problem: string): MayflyError {
  return createError('MAYFLY_OBJECT_FIELD_INVALID', { field: `spec.${field}`, problem });
}
