import { chosenName, innerId, tenantId, type AttributeRow } from '../attribute-row.ts';

/** See https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#schema-for-service-account-private-claims. */
export const kubernetesAttributes: readonly AttributeRow[] = [
  {
    name: 'namespace',
    claim: 'kubernetes.io/namespace',
    description: 'Namespace of the service account.',
    ...tenantId,
  },
  {
    name: 'serviceAccount',
    claim: 'kubernetes.io/serviceaccount/name',
    description: 'Name of the service account.',
    ...innerId,
  },
  {
    name: 'serviceAccountUid',
    claim: 'kubernetes.io/serviceaccount/uid',
    description: 'UID of the service account: another one when it was made anew.',
    ...innerId,
  },
  {
    name: 'pod',
    claim: 'kubernetes.io/pod/name',
    description: 'Name of the pod that the token is bound to.',
    ...chosenName,
  },
  {
    name: 'node',
    claim: 'kubernetes.io/node/name',
    description: 'Name of the node that the pod runs on. From Kubernetes 1.30.',
    ...chosenName,
  },
];
