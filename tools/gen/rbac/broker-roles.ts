import { apiGroup } from '#core/api/object.ts';
import { electionRules, read, type AccountRole } from './roles.ts';

/** The rights of the broker and of who looks after its certificate: part of the component `broker`. */
export const brokerRoles: readonly AccountRole[] = [
  {
    account: 'mayfly-broker',
    tenants: [
      {
        group: apiGroup,
        resources: ['accesspolicies', 'stores', 'gitsources'],
        verbs: read,
        why: 'who is granted what, and where it is',
      },
    ],
    cluster: [
      {
        group: apiGroup,
        resources: ['tokenissuers', 'clusteraccesspolicies', 'clusterstores', 'tenantpolicies'],
        verbs: read,
        why: 'whose tokens are believed, and what the administrator allows to whom',
      },
      {
        group: '',
        resources: ['namespaces'],
        verbs: read,
        why: 'which of those policies selects a namespace',
      },
      {
        group: 'authentication.k8s.io',
        resources: ['tokenreviews'],
        verbs: ['create'],
        why: 'whether the pod of a token is still there',
      },
    ],
    urls: [
      {
        urls: ['/.well-known/openid-configuration', '/openid/v1/jwks'],
        verbs: ['get'],
        why: 'the keys of the API server as an issuer; every service account has it where nobody took it away',
      },
    ],
    own: [
      {
        group: '',
        resources: ['configmaps'],
        names: ['mayfly-issuer-keys'],
        verbs: ['get'],
        why: 'keys of a TokenIssuer that are in this ConfigMap; one of another name takes the same right on it',
      },
    ],
  },
  {
    account: 'mayfly-broker-certs',
    tenants: [],
    cluster: [],
    own: [
      {
        group: '',
        resources: ['secrets'],
        names: ['mayfly-broker-tls'],
        verbs: [...read, 'patch'],
        why: 'the one Secret that the authority of the broker is kept in; it cannot create one',
      },
      ...electionRules('mayfly-broker-certs'),
    ],
  },
];
