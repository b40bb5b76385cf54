import { apiGroup } from '#core/api/object.ts';

/** What one process may do to some resources, and what for. */
export interface RoleRule {
  readonly group: string;
  readonly resources: readonly string[];
  /** Only objects of these names. */
  readonly names?: readonly string[];
  readonly verbs: readonly string[];
  readonly why: string;
}

/** What one process may ask the API server that is no object. */
export interface UrlRule {
  readonly urls: readonly string[];
  readonly verbs: readonly string[];
  readonly why: string;
}

/** Where the rules of a process hold. */
export interface AccountRole {
  /** Name of the service account. */
  readonly account: string;
  /** Where it works: everywhere, or, in the namespaced mode, in the namespaces that are bound one by one. */
  readonly tenants: readonly RoleRule[];
  /** Objects of the cluster itself, in both modes. */
  readonly cluster: readonly RoleRule[];
  readonly urls?: readonly UrlRule[];
  /** In Mayfly's own namespace. */
  readonly own: readonly RoleRule[];
}

/** Mayfly's own namespace. The admission policies name it too: they cannot look it up. */
export const ownNamespace = 'mayfly-system';

/** What whoever may edit a namespace writes there. */
export const tenantKinds = ['gitsources', 'ephemeralsecrets', 'stores'];
/** What decides who gets values: for whoever administers a namespace. */
export const grantKinds = ['accesspolicies'];
const namespacedKinds = [...tenantKinds, ...grantKinds];
const clusterKinds = ['tenantpolicies', 'clusterstores', 'clusteraccesspolicies', 'tokenissuers'];
export const read = ['get', 'list', 'watch'];

/** The rights of each process that works in a cluster, but for those of the component `broker`. */
export const accountRoles: readonly AccountRole[] = [
  {
    account: 'mayfly-controller',
    tenants: [
      {
        group: apiGroup,
        resources: namespacedKinds,
        verbs: read,
        why: 'the objects it works on',
      },
      {
        group: apiGroup,
        resources: namespacedKinds.map((kind) => `${kind}/status`),
        verbs: ['patch'],
        why: 'tells there what became of them; it cannot change what they ask for',
      },
      {
        group: '',
        resources: ['secrets'],
        verbs: [...read, 'create', 'patch', 'delete'],
        why: 'writes leased Secrets, repairs and deletes them, and reads the keys and credentials that objects name; whoever may list Secrets may read them all, there is no smaller right',
      },
      {
        group: 'events.k8s.io',
        resources: ['events'],
        verbs: ['create', 'patch'],
        why: 'tells of changes and failures',
      },
    ],
    cluster: [
      {
        group: apiGroup,
        resources: clusterKinds,
        verbs: read,
        why: 'what the administrator allows to whom',
      },
      {
        group: apiGroup,
        resources: clusterKinds.map((kind) => `${kind}/status`),
        verbs: ['patch'],
        why: 'tells there whether they are in force, and whether the stores answer',
      },
      {
        group: '',
        resources: ['namespaces'],
        verbs: read,
        why: 'which of those policies selects a namespace',
      },
    ],
    own: [
      {
        group: 'coordination.k8s.io',
        resources: ['leases'],
        verbs: ['create'],
        why: 'the first election; a right to create cannot name the object',
      },
      {
        group: 'coordination.k8s.io',
        resources: ['leases'],
        names: ['mayfly-controller'],
        verbs: ['get', 'update'],
        why: 'one of the replicas leads',
      },
      {
        group: '',
        resources: ['secrets'],
        names: ['mayfly-cluster'],
        verbs: ['get'],
        why: 'the id of the cluster and the key of its digests',
      },
      {
        group: '',
        resources: ['secrets'],
        verbs: ['create'],
        why: 'makes mayfly-cluster at the first start',
      },
    ],
  },
  {
    account: 'mayfly-sweep',
    tenants: [
      {
        group: apiGroup,
        resources: ['ephemeralsecrets'],
        verbs: ['list'],
        why: 'learns names, uids and ends of leases from their status',
      },
      {
        group: '',
        resources: ['secrets'],
        verbs: ['delete'],
        why: 'deletes what is overdue; it cannot read a Secret, and an admission policy refuses what is not overdue',
      },
    ],
    cluster: [],
    own: [
      {
        group: 'coordination.k8s.io',
        resources: ['leases'],
        names: ['mayfly-controller'],
        verbs: ['get'],
        why: 'whether a controller lives',
      },
      {
        group: 'coordination.k8s.io',
        resources: ['leases'],
        names: ['mayfly-sweep'],
        verbs: ['get', 'update'],
        why: 'remembers the last sweep; its time is what the admission policy tells by what is overdue',
      },
      {
        group: 'coordination.k8s.io',
        resources: ['leases'],
        verbs: ['create'],
        why: 'the first sweep; a right to create cannot name the object',
      },
    ],
  },
  {
    account: 'mayfly-webhook',
    tenants: [
      {
        group: apiGroup,
        resources: ['stores', 'ephemeralsecrets'],
        verbs: read,
        why: 'which stores pods may name, and which Secrets they may wait for',
      },
    ],
    cluster: [
      {
        group: apiGroup,
        resources: ['clusterstores', 'tenantpolicies'],
        verbs: read,
        why: 'what the administrator allows to whom',
      },
      {
        group: '',
        resources: ['namespaces'],
        verbs: read,
        why: 'which of those policies selects a namespace',
      },
    ],
    own: [],
  },
  {
    account: 'mayfly-certs',
    tenants: [],
    cluster: [
      {
        group: 'admissionregistration.k8s.io',
        resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
        names: ['mayfly-webhook'],
        verbs: [...read, 'patch'],
        why: 'publishes the authority into `caBundle`; who may patch a configuration may change all of it',
      },
    ],
    own: [
      {
        group: '',
        resources: ['secrets'],
        names: ['mayfly-webhook-tls'],
        verbs: [...read, 'patch'],
        why: 'the one Secret that the authority is kept in; it cannot create one',
      },
      ...electionRules('mayfly-certs'),
    ],
  },
];

/** Of one of several replicas that works while the others wait. */
export function electionRules(lease: string): readonly RoleRule[] {
  const leases = { group: 'coordination.k8s.io', resources: ['leases'] };
  return [
    { ...leases, names: [lease], verbs: ['get', 'update'], why: 'one of the replicas writes' },
    {
      ...leases,
      verbs: ['create'],
      why: 'the first election; a right to create cannot name the object',
    },
  ];
}
