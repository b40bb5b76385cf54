import type { IssuerKind } from '../identity/identity.ts';

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
