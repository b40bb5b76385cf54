import { formatDuration } from '../api/duration.ts';
import type { EphemeralSecret } from '../api/ephemeral-secret.ts';
import { createError, isMayflyError, type MayflyError } from '../errors/mayfly-error.ts';
import { parseGitUrl } from '../git/address/git-url.ts';
import { decideNearest, type Verdict } from './nearest-verdict.ts';
import type { PolicyView } from './policy-view.ts';
import { closedRules, resolveRules, type AdministratorDefaults, type Rules } from './rules.ts';
import { isReservedNamespace } from './select-namespace.ts';

/** What an object of a tenant asks for. */
export interface TenancyRequest {
  readonly namespace: string;
  /** The repository it reads from; null when its source is not there. */
  readonly source: { readonly name: string; readonly url: string } | null;
  /** What is written; null for a GitSource, which writes nothing. */
  readonly secret: Pick<EphemeralSecret, 'ttlMs' | 'lifetime' | 'restart'> | null;
}

export type TenancyDecision =
  | {
      readonly kind: 'allowed';
      /** The hosts that git may speak to for this; null: those of the configuration. */
      readonly hosts: readonly string[] | null;
    }
  | { readonly kind: 'refused'; readonly error: MayflyError };

/**
 * Whether a tenant may have this, by the policies that select its namespace. One policy has to allow the request as a
 * whole: if each could lend a clause, a long lease meant for one repository would be had for another. Without a policy
 * the closed defaults decide. A broken policy allows nothing and leaves nothing to the defaults. The refusal is that
 * of the policy that came nearest, named with its clause.
 */
export function decideTenancy(
  request: TenancyRequest,
  policies: readonly PolicyView[],
  defaults: AdministratorDefaults,
): TenancyDecision {
  const { namespace } = request;
  if (request.secret !== null && isReservedNamespace(namespace, defaults.ownNamespace)) {
    return refuse(createError('MAYFLY_TENANCY_NAMESPACE', { namespace }));
  }
  if (policies.length === 0) return toDecision(judge(request, closedRules(defaults)));
  const nearest = decideNearest(namespace, policies, (policy, others) =>
    judge(request, resolveRules(policy, { defaults, others })),
  );
  return isMayflyError(nearest) ? refuse(nearest) : toDecision(nearest);
}

interface TenancyVerdict extends Verdict {
  readonly hosts: readonly string[] | null;
  /** Why the next clause does not hold; null when all of them do. */
  readonly error: MayflyError | null;
}

function judge(request: TenancyRequest, rules: Rules): TenancyVerdict {
  const address = judgeAddress(request, rules);
  if (isMayflyError(address)) return { clauses: 0, hosts: null, error: address };
  if (request.secret === null) return { clauses: 4, hosts: address.hosts, error: null };
  const errors = [
    judgeTtl(request.secret, rules),
    judgeLifetime(request.secret, rules),
    judgeRestart(request.secret, rules),
  ];
  const failed = errors.findIndex((error) => error !== null);
  const clauses = failed < 0 ? 4 : failed + 1;
  return { clauses, hosts: address.hosts, error: errors[failed] ?? null };
}

type Address = Pick<TenancyVerdict, 'hosts'>;

function judgeAddress({ namespace, source }: TenancyRequest, rules: Rules): Address | MayflyError {
  if (source === null) return { hosts: null };
  const allowance = rules.allowUrl(parseGitUrl(source.url));
  if (allowance.kind === 'allowed') return allowance;
  const { label: policy } = rules;
  return createError('MAYFLY_TENANCY_GIT_URL', { source: `${namespace}/${source.name}`, policy });
}

type Wanted = NonNullable<TenancyRequest['secret']>;

function judgeTtl({ ttlMs }: Wanted, { minTtlMs, maxTtlMs, label }: Rules): MayflyError | null {
  if (ttlMs >= minTtlMs && ttlMs <= maxTtlMs) return null;
  const [min, max] = [formatDuration(minTtlMs), formatDuration(maxTtlMs)];
  return createError('MAYFLY_TENANCY_TTL', { min, max, policy: label });
}

function judgeLifetime({ lifetime }: Wanted, { lifetimes, label }: Rules): MayflyError | null {
  if (lifetimes === null || lifetimes.includes(lifetime)) return null;
  return createError('MAYFLY_TENANCY_LIFETIME', { lifetime, policy: label });
}

function judgeRestart({ restart }: Wanted, { restart: allowed, label }: Rules): MayflyError | null {
  if (allowed.includes('*')) return null;
  const index = restart.findIndex((name) => !allowed.includes(name));
  return index < 0 ? null : createError('MAYFLY_TENANCY_RESTART', { index, policy: label });
}

function toDecision({ hosts, error }: TenancyVerdict): TenancyDecision {
  return error === null ? { kind: 'allowed', hosts } : refuse(error);
}

function refuse(error: MayflyError): TenancyDecision {
  return { kind: 'refused', error };
}
