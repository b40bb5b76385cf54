import { apiGroup } from '#core/api/object.ts';
import { grantKinds, read, tenantKinds, type RoleRule } from './roles.ts';

/** What people get whose rights on a namespace come from a built-in role. */
export interface PersonRole {
  readonly name: string;
  /** The built-in role that it becomes part of. */
  readonly joins: 'view' | 'edit' | 'admin';
  readonly rules: readonly RoleRule[];
}

const write = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** The rights of people, as part of the roles that Kubernetes has for them. */
export const personRoles: readonly PersonRole[] = [
  {
    name: 'mayfly-view',
    joins: 'view',
    rules: [
      {
        group: apiGroup,
        resources: [...tenantKinds, ...grantKinds],
        verbs: read,
        why: 'their status holds no value',
      },
    ],
  },
  {
    name: 'mayfly-edit',
    joins: 'edit',
    rules: [
      {
        group: apiGroup,
        resources: tenantKinds,
        verbs: write,
        why: 'tenants write them; what they may ask for is in the TenantPolicies',
      },
    ],
  },
  {
    name: 'mayfly-admin',
    joins: 'admin',
    rules: [
      {
        group: apiGroup,
        resources: grantKinds,
        verbs: write,
        why: 'who gets values from outside of the namespace: more than whoever only edits may decide',
      },
      {
        group: apiGroup,
        resources: ['ephemeralsecrets'],
        verbs: ['detach'],
        why: 'turns leased Secrets into plain ones, which then stay for ever; asked for by an admission policy',
      },
    ],
  },
];
