import type { GitSource } from '#core/api/git-source.ts';
import {
  decideTenancy,
  type TenancyDecision,
  type TenancyRequest,
} from '#core/tenancy/decide-tenancy.ts';
import { readTenant } from './read-policies.ts';
import type { TenancyAsker } from './tenancy-parts.ts';

export interface TenancyQuestion {
  readonly namespace: string;
  readonly source: GitSource | null;
  readonly secret: TenancyRequest['secret'];
}

/**
 * Whether an object may have what it asks for; without a cluster always. Throws `MAYFLY_TENANCY_NAMESPACE_UNKNOWN`
 * while the labels of its namespace are not known, and nothing is decided then.
 */
export async function askTenancy(
  parts: TenancyAsker,
  { namespace, source, secret }: TenancyQuestion,
): Promise<TenancyDecision> {
  if (parts.tenancy === null) return { kind: 'allowed', hosts: null };
  const { namespaces, defaults } = parts.tenancy;
  const { policies } = await readTenant(parts, namespaces, namespace);
  const named = source === null ? null : { name: source.metadata.name, url: source.url };
  return decideTenancy({ namespace, source: named, secret }, policies, defaults);
}
