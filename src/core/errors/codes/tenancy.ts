import type { CatalogueEntry } from '../kinds.ts';

/** What tenants of a cluster may ask for. `{policy}` names the TenantPolicy, or the closed defaults. */
export const tenancyCodes = {
  MAYFLY_TENANCY_NAMESPACE: {
    kind: 'denied',
    message: 'no Secret is written in the namespace {namespace}',
    hint: 'use another namespace; those of the cluster itself and of mayfly are left alone',
  },
  MAYFLY_TENANCY_GIT_URL: {
    kind: 'denied',
    message: 'the url of GitSource {source} is not allowed by {policy}',
    hint: 'use a url that is allowed, or ask the administrator to add it to git.urls of a TenantPolicy',
  },
  MAYFLY_TENANCY_TTL: {
    kind: 'denied',
    message: 'spec.ttl is not between {min} and {max} as demanded by {policy}',
    hint: 'set ttl within these bounds, or ask the administrator to widen ttl of a TenantPolicy',
  },
  MAYFLY_TENANCY_LIFETIME: {
    kind: 'denied',
    message: 'spec.lifetime {lifetime} is not allowed by {policy}',
    hint: 'use another lifetime, or ask the administrator to add it to lifetimes of a TenantPolicy',
  },
  MAYFLY_TENANCY_RESTART: {
    kind: 'denied',
    message: 'spec.restart[{index}] is not allowed by {policy}',
    hint: 'remove the entry, or ask the administrator to add it to restart of a TenantPolicy',
  },
  MAYFLY_TENANCY_STORE_NAMESPACE: {
    kind: 'denied',
    message: 'store {store} is not for namespace {namespace}',
    hint: 'use another store, or ask the administrator to widen namespaceSelector of the ClusterStore',
  },
  MAYFLY_TENANCY_STORE_SUSPENDED: {
    kind: 'denied',
    message: 'store {store} is suspended',
    hint: 'wait until suspend is taken off it, or use another store',
  },
  MAYFLY_TENANCY_STORE_ADDRESS: {
    kind: 'denied',
    message: 'the address of Store {store} is not allowed by {policy}',
    hint: 'use a ClusterStore, or ask the administrator to add the address to stores.addresses of a TenantPolicy',
  },
  MAYFLY_TENANCY_STORE_ROLE: {
    kind: 'denied',
    message: 'the role of Store {store} is not allowed by {policy}',
    hint: 'use another role, or ask the administrator to add it to stores.roles of a TenantPolicy',
  },
  MAYFLY_TENANCY_STORE_AUDIENCE: {
    kind: 'denied',
    message: 'the audience of Store {store} is not allowed by {policy}',
    hint: 'leave audience out, or ask the administrator to add it to stores.audiences of a TenantPolicy',
  },
  MAYFLY_TENANCY_IDENTITY: {
    kind: 'denied',
    message: '{clause} of AccessPolicy {object} is not allowed by {policy}',
    hint: 'test an id that is allowed, or ask the administrator to add the owner, group or workspace to identities of a TenantPolicy',
  },
  MAYFLY_TENANCY_POLICY_INVALID: {
    kind: 'denied',
    message: 'the policy {policy} is invalid and no other one allows this in namespace {namespace}',
    hint: 'ask the administrator to correct the policy: its conditions say what is wrong',
  },
  MAYFLY_TENANCY_NAMESPACE_UNKNOWN: {
    kind: 'unavailable',
    message: 'the labels of namespace {namespace} are not known yet',
  },
} as const satisfies Record<string, CatalogueEntry>;
