import type { TenantPolicy } from '../api/tenant-policy.ts';
import { createError, type MayflyError } from '../errors/mayfly-error.ts';
import type { PolicyView } from './policy-view.ts';

/** What one policy says of a request. */
export interface Verdict {
  /** How many of its clauses hold, one after the other, until one does not. */
  readonly clauses: number;
}

/**
 * The verdict of the policy that came nearest to allowing a request as a whole; of several the first by name. A broken
 * policy allows nothing: with no other the answer is `MAYFLY_TENANCY_POLICY_INVALID`. `judge` is told how many other
 * policies are asked as well.
 */
export function decideNearest<V extends Verdict>(
  namespace: string,
  policies: readonly PolicyView[],
  judge: (policy: TenantPolicy, others: number) => V,
): V | MayflyError {
  const valid = policies.flatMap((view) => (view.kind === 'valid' ? [view.policy] : []));
  const verdicts = valid
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((policy) => judge(policy, valid.length - 1));
  const [nearest] = verdicts.toSorted((a, b) => b.clauses - a.clauses);
  if (nearest !== undefined) return nearest;
  const policy = policies.map(({ name }) => name).join(', ');
  return createError('MAYFLY_TENANCY_POLICY_INVALID', { policy, namespace });
}
