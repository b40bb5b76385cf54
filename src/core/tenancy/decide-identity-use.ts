import type { AccessPolicy, PolicySubject } from '../trust/access-policy.ts';
import type { IdentityAllowance } from '../api/tenant-policy.ts';
import type { TokenIssuer } from '../api/token-issuer.ts';
import { createError, isMayflyError, type MayflyError } from '../errors/mayfly-error.ts';
import { nameSubject } from '../trust/subject-names.ts';
import { decideNearest, type Verdict } from './nearest-verdict.ts';
import type { PolicyView } from './policy-view.ts';
import { closedLabel, labelPolicy } from './rules.ts';

export interface IdentityWorld {
  /** The policies that select the namespace. */
  readonly policies: readonly PolicyView[];
  /** A valid TokenIssuer by its name. */
  readonly findIssuer: (name: string) => TokenIssuer | null;
}

/**
 * Why an AccessPolicy may not be for its subjects; null when it may. It always may for the pods of its own namespace in
 * this cluster, and never for those of another. For CI jobs one of the policies that select the namespace has to allow all
 * of them: each tests an attribute for nothing but what is allowed. A ClusterAccessPolicy asks nobody.
 */
export function decideIdentityUse(policy: AccessPolicy, world: IdentityWorld): MayflyError | null {
  const { namespace } = policy;
  const { policies } = world;
  const subjects = policy.subjects
    .map((subject, index) => ({ subject, clause: nameSubject(subject, index) }))
    .filter(({ subject }) => !isOwnPod(subject, world));
  if (namespace === '' || subjects.length === 0) return null;
  const asked = { object: policy.name, subjects };
  if (policies.length === 0) return judge(asked, [], closedLabel).error;
  const nearest = decideNearest(namespace, policies, (each, others) =>
    judge(asked, each.identities, labelPolicy(each, others)),
  );
  return isMayflyError(nearest) ? nearest : nearest.error;
}

/** A namespace of the same name in another cluster is somebody else's. */
function isOwnPod({ kind, issuer }: PolicySubject, { findIssuer }: IdentityWorld): boolean {
  return kind === 'kubernetes' && findIssuer(issuer)?.keys.kind === 'cluster';
}

interface Asked {
  /** The name of the AccessPolicy. */
  readonly object: string;
  readonly subjects: readonly { readonly subject: PolicySubject; readonly clause: string }[];
}

interface IdentityVerdict extends Verdict {
  /** Why the next subject is not allowed; null when all of them are. */
  readonly error: MayflyError | null;
}

function judge(
  { object, subjects }: Asked,
  identities: readonly IdentityAllowance[],
  policy: string,
): IdentityVerdict {
  const held = subjects.findIndex(({ subject }) => !identities.some((one) => keeps(subject, one)));
  const refused = subjects[held];
  if (refused === undefined) return { clauses: subjects.length, error: null };
  const params = { clause: refused.clause, object, policy };
  return { clauses: held, error: createError('MAYFLY_TENANCY_IDENTITY', params) };
}

function keeps({ issuer, tests }: PolicySubject, allowed: IdentityAllowance): boolean {
  if (issuer !== allowed.issuer) return false;
  const test = tests.find(({ attribute }) => attribute === allowed.attribute);
  return test?.oneOf.every((value) => allowed.values.includes(value)) ?? false;
}
