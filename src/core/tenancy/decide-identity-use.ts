import type { AccessPolicy, PolicySubject } from '../trust/access-policy.ts';
import type { IdentityAllowance } from '../api/tenant-policy.ts';
import type { TokenIssuer } from '../api/token-issuer.ts';
import { createError, type MayflyError } from '../errors/mayfly-error.ts';
import { nameSubject } from '../trust/subject-names.ts';
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
  const asked = policy.subjects
    .map((subject, index) => ({ subject, clause: nameSubject(subject, index) }))
    .filter(({ subject }) => !isOwnPod(subject, world));
  if (namespace === '' || asked.length === 0) return null;
  const allowances = listAllowances(world.policies);
  const refusals = allowances.map(({ label, identities }) => {
    const held = asked.findIndex(({ subject }) => !identities.some((one) => keeps(subject, one)));
    return { held: held < 0 ? asked.length : held, label };
  });
  const best = refusals.toSorted((a, b) => b.held - a.held)[0];
  if (best === undefined) return refuseBroken(namespace, world.policies);
  const refused = asked[best.held];
  if (refused === undefined) return null;
  const params = { clause: refused.clause, object: policy.name, policy: best.label };
  return createError('MAYFLY_TENANCY_IDENTITY', params);
}

/** A namespace of the same name in another cluster is somebody else's. */
function isOwnPod({ kind, issuer }: PolicySubject, { findIssuer }: IdentityWorld): boolean {
  return kind === 'kubernetes' && findIssuer(issuer)?.keys.kind === 'cluster';
}

interface Allowances {
  readonly label: string;
  readonly identities: readonly IdentityAllowance[];
}

/** Nothing where only broken policies select; the closed defaults where none does. */
function listAllowances(policies: readonly PolicyView[]): readonly Allowances[] {
  if (policies.length === 0) return [{ label: closedLabel, identities: [] }];
  const valid = policies.flatMap((view) => (view.kind === 'valid' ? [view.policy] : []));
  return valid
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((policy) => ({
      label: labelPolicy(policy, valid.length - 1),
      identities: policy.identities,
    }));
}

function keeps({ issuer, tests }: PolicySubject, allowed: IdentityAllowance): boolean {
  if (issuer !== allowed.issuer) return false;
  const test = tests.find(({ attribute }) => attribute === allowed.attribute);
  return test?.oneOf.every((value) => allowed.values.includes(value)) ?? false;
}

function refuseBroken(namespace: string, policies: readonly PolicyView[]): MayflyError {
  const policy = policies.map(({ name }) => name).join(', ');
  return createError('MAYFLY_TENANCY_POLICY_INVALID', { policy, namespace });
}
