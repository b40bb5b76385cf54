/** The systems whose tokens are understood; `generic` is any other OIDC issuer. */
export const issuerKinds = [
  'github',
  'gitlab',
  'circleci',
  'buildkite',
  'bitbucket',
  'azureDevOps',
  'jenkins',
  'kubernetes',
  'generic',
] as const;
export type IssuerKind = (typeof issuerKinds)[number];

/** The claims of a token whose signature was verified: as JSON holds them, without a prototype. */
export type Claims = Readonly<Record<string, unknown>>;

/** Why the code of a job may be a stranger's. A policy has to name each of them to allow it. */
export type Exposure = 'fork' | 'pullRequest' | 'sshRerun';

/** The pod that a Kubernetes token is bound to. */
export interface PodIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly serviceAccountUid: string;
  /** Null for a token that is bound to no pod. */
  readonly pod: { readonly name: string; readonly uid: string } | null;
  readonly node: { readonly name: string; readonly uid: string } | null;
  /** `JTI=…`, as the audit log of the API server has it; null below Kubernetes 1.32. */
  readonly credentialId: string | null;
}

/** Who asks, in the words of policies: what the claims of every system mean, with one type each. */
export interface Identity {
  readonly kind: IssuerKind;
  /** Name of the TokenIssuer: the same `iss` of two clusters is two issuers. */
  readonly issuer: string;
  /** The claim `sub`, for the audit log alone: policies test attributes. */
  readonly subject: string;
  /** By the names that policies use, such as `repositoryId`. What a token does not say is absent. */
  readonly attributes: ReadonlyMap<string, string | readonly string[]>;
  readonly exposures: ReadonlySet<Exposure>;
  /** Id of the job or step, within which a token of `PerJob` may be used again; null where none is told. */
  readonly unit: string | null;
  /** Where people see the run; null where the claims do not tell. */
  readonly runUrl: string | null;
  readonly pod: PodIdentity | null;
}
