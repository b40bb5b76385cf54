import type { AdministratorDefaults } from '#core/tenancy/rules.ts';
import type { Configuration } from '#platform/config/schema.ts';

/** What the configuration says where no TenantPolicy does. */
export function readDefaults({
  git: { allowedHosts },
  lease: { minTtl: minTtlMs, maxTtl: maxTtlMs },
  election: { namespace: ownNamespace },
}: Pick<Configuration, 'git' | 'lease' | 'election'>): AdministratorDefaults {
  return { allowedHosts, ttl: { minTtlMs, maxTtlMs }, ownNamespace };
}
