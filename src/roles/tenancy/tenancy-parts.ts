import type { StoredObject } from '#core/api/object.ts';
import type { NamespaceLabels } from '#core/ports/kube/namespace-labels.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';
import type { AdministratorDefaults } from '#core/tenancy/rules.ts';

/** What decides about the wishes of tenants. */
export interface TenancyParts {
  readonly namespaces: NamespaceLabels;
  readonly defaults: AdministratorDefaults;
}

export interface TenancyMemory {
  /** The TenantPolicies, by name, that objects were decided on with; null before the first was decided on. */
  policies: Map<string, StoredObject> | null;
}

/** Whoever asks what tenants may have. */
export interface TenancyAsker {
  readonly objects: Pick<ObjectApi, 'list'>;
  readonly memory: TenancyMemory;
  /** Null without a cluster: there the configuration alone says what is allowed. */
  readonly tenancy: TenancyParts | null;
}
