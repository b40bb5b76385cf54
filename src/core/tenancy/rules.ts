import type { TenantPolicy } from '../api/tenant-policy.ts';
import type { EphemeralSecret } from '../api/ephemeral-secret.ts';
import type { GitUrl } from '../git/address/git-url.ts';
import { isHostAllowed } from '../git/address/host-policy.ts';
import { matchUrlPattern, renderHostEntry } from '../git/address/url-pattern.ts';
import type { TtlBounds } from '../lease/clamp-ttl.ts';

/** What the administrator's configuration says for everybody. */
export interface AdministratorDefaults {
  /** Entries of the host policy; null allows every public host. */
  readonly allowedHosts: readonly string[] | null;
  readonly ttl: TtlBounds;
  /** Where Mayfly itself runs. */
  readonly ownNamespace: string;
}

export type UrlAllowance =
  | { readonly kind: 'allowed'; readonly hosts: readonly string[] | null }
  | { readonly kind: 'refused' };

/** One policy, or the closed defaults, with nothing left open. */
export interface Rules {
  /** As messages name it. */
  readonly label: string;
  readonly minTtlMs: number;
  readonly maxTtlMs: number;
  /** Null allows every one. */
  readonly lifetimes: readonly EphemeralSecret['lifetime'][] | null;
  readonly restart: readonly string[];
  allowUrl(url: GitUrl): UrlAllowance;
}

/** The longest lease that nobody had to allow. */
const closedMaxTtlMs = 24 * 3_600_000;

/** As messages name the closed defaults. */
export const closedLabel = 'the closed defaults (no TenantPolicy selects the namespace)';

/** As messages name a policy that was one of several to be asked. */
export function labelPolicy({ name }: TenantPolicy, others: number): string {
  return `TenantPolicy ${name}${others === 0 ? '' : ` (nor by ${others} more)`}`;
}

/** What holds where no policy selects. */
export function closedRules({ ttl, allowedHosts }: AdministratorDefaults): Rules {
  return {
    label: closedLabel,
    minTtlMs: ttl.minTtlMs,
    maxTtlMs: Math.min(ttl.maxTtlMs, closedMaxTtlMs),
    lifetimes: null,
    restart: [],
    allowUrl: (url) =>
      isHostAllowed(url, { allowedHosts }) ? { kind: 'allowed', hosts: null } : { kind: 'refused' },
  };
}

export interface PolicyContext {
  readonly defaults: AdministratorDefaults;
  /** How many other policies select the namespace. */
  readonly others: number;
}

/** What a policy allows: whatever it leaves out is as in the closed defaults. */
export function resolveRules(policy: TenantPolicy, { defaults, others }: PolicyContext): Rules {
  const closed = closedRules(defaults);
  const { urls } = policy;
  return {
    label: labelPolicy(policy, others),
    minTtlMs: policy.minTtlMs ?? closed.minTtlMs,
    maxTtlMs: policy.maxTtlMs ?? closed.maxTtlMs,
    lifetimes: policy.lifetimes,
    restart: policy.restart ?? closed.restart,
    allowUrl: (url) => (urls === null ? closed.allowUrl(url) : matchUrls(urls, url)),
  };
}

function matchUrls(urls: NonNullable<TenantPolicy['urls']>, url: GitUrl): UrlAllowance {
  const matching = urls.filter((pattern) => matchUrlPattern(pattern, url));
  if (matching.length === 0) return { kind: 'refused' };
  return { kind: 'allowed', hosts: matching.map(renderHostEntry) };
}
