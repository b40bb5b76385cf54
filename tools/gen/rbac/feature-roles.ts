import type { RoleRule } from './roles.ts';

/** Rights of a process that it has only where a feature is asked for. */
export interface FeatureRole {
  readonly name: string;
  readonly account: string;
  readonly rules: readonly RoleRule[];
}

/** Each is a kustomize component of its name. */
export const featureRoles: readonly FeatureRole[] = [
  {
    name: 'while-in-use',
    account: 'mayfly-controller',
    rules: [
      {
        group: '',
        resources: ['pods'],
        verbs: ['list', 'watch'],
        why: 'which Secrets pods use, for `lifetime: WhileInUse`',
      },
      {
        group: '',
        resources: ['pods'],
        verbs: ['patch'],
        why: 'takes the gate off a pod whose Secrets are there; an admission policy refuses it everything else',
      },
    ],
  },
  {
    name: 'restart',
    account: 'mayfly-controller',
    rules: [
      {
        group: 'apps',
        resources: ['deployments', 'statefulsets', 'daemonsets'],
        verbs: ['patch'],
        why: 'sets an annotation of their pod template, for `restart`; who may patch a workload may change all of it',
      },
    ],
  },
  {
    name: 'service-accounts',
    account: 'mayfly-controller',
    rules: [
      {
        group: 'authentication.k8s.io',
        resources: ['userextras/mayfly.dev/writer'],
        names: ['mayfly'],
        verbs: ['impersonate'],
        why: 'marks what it writes as a ServiceAccount, for `serviceAccountName`; each account that it may act as takes the verb impersonate on it by name, in its namespace',
      },
    ],
  },
  {
    name: 'store-logins',
    account: 'mayfly-controller',
    rules: [
      {
        group: '',
        resources: ['serviceaccounts/token'],
        names: ['mayfly-store'],
        verbs: ['create'],
        why: 'tries the login of a Store as its `serviceAccountName`; an account of another name takes the same right on it, in its namespace',
      },
    ],
  },
  {
    name: 'broker-stores',
    account: 'mayfly-broker',
    rules: [
      {
        group: '',
        resources: ['serviceaccounts/token'],
        names: ['mayfly-store'],
        verbs: ['create'],
        why: 'logs in to a Store as its `serviceAccountName`; an account of another name takes the same right on it, in its namespace',
      },
      {
        group: '',
        resources: ['secrets'],
        names: ['sops-age'],
        verbs: ['get'],
        why: 'opens files of git Stores by the keys in it; keys of another name, and credentials of their GitSources, take the same right on them, in their namespace',
      },
    ],
  },
];
