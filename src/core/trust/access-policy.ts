import type { Exposure, IssuerKind } from '../identity/identity.ts';

/** What one attribute of an identity has to be: every one of the tests of a subject holds, or it does not match. */
export interface AttributeTest {
  /** Such as `repositoryId`; `serviceAccounts` of pods, as NAMESPACE/NAME. */
  readonly attribute: string;
  /** One of them has to match: exact texts, or globs whose `*` stays within a segment. */
  readonly oneOf: readonly string[];
}

/** Whom a policy is for. */
export interface PolicySubject {
  readonly kind: IssuerKind;
  /** Name of the TokenIssuer. */
  readonly issuer: string;
  readonly tests: readonly AttributeTest[];
  /** Which of these a job may have; each that is not named denies. */
  readonly allow: ReadonlySet<Exposure>;
  /** Whether a name may stand without the id that there is for it. */
  readonly acceptNames: boolean;
}

/** What a policy gives. */
export interface PolicyGrant {
  /** As references name it: `NAME` of the policy's namespace, or `cluster/NAME`. */
  readonly store: string;
  /** Paths in the store: `*` stays within a segment, a final `**` is everything below. */
  readonly paths: readonly string[];
  /** Null for every key. */
  readonly keys: readonly string[] | null;
  readonly maxTtlMs: number;
}

/** An AccessPolicy, or a ClusterAccessPolicy, as it was written. */
export interface AccessPolicy {
  /** As callers name it: `NAMESPACE/NAME`, or `cluster/NAME`. */
  readonly name: string;
  /** The empty text for a ClusterAccessPolicy. */
  readonly namespace: string;
  readonly generation: number;
  readonly subjects: readonly PolicySubject[];
  readonly grants: readonly PolicyGrant[];
  /** `Audit` never grants: it records what would have been. */
  readonly mode: 'Enforce' | 'Audit';
  readonly suspend: boolean;
}
