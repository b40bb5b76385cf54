import type { CatalogueEntry } from '../kinds.ts';

/** Speaking to the Kubernetes API. */
export const kubeCodes = {
  MAYFLY_KUBE_CONFIG: {
    kind: 'invalid',
    message: 'no usable configuration of a cluster: {problem}',
    hint: 'run in a pod with a service account, or set KUBECONFIG or --kubeconfig to a file that kubectl can use',
  },
  MAYFLY_KUBE_UNAVAILABLE: {
    kind: 'unavailable',
    message: 'the API server did not answer {what}: {reason}',
  },
  MAYFLY_KUBE_THROTTLED: {
    kind: 'unavailable',
    message: 'the API server asks to wait before {what}',
  },
  MAYFLY_KUBE_UNAUTHENTICATED: {
    kind: 'unavailable',
    message: 'the API server does not accept the credentials for {what}',
  },
  // A server that has just started does not know yet who may do what.
  MAYFLY_KUBE_FORBIDDEN: {
    kind: 'denied',
    retry: 'backoff',
    message: 'the API server does not allow {what} to {user}',
    hint: 'bind the role that "kubectl auth can-i" misses; manifests/base has the roles that mayfly needs',
  },
  MAYFLY_KUBE_NAMESPACE_ENDING: {
    kind: 'unavailable',
    message: '{what}: the namespace is being deleted',
  },
  MAYFLY_KUBE_CONFLICT: {
    kind: 'conflict',
    message: '{what}: it has changed since it was looked at',
  },
  MAYFLY_KUBE_EXISTS: {
    kind: 'conflict',
    message: '{what}: there is one already',
  },
  MAYFLY_KUBE_NOT_FOUND: {
    kind: 'conflict',
    message: '{what}: there is none',
  },
  MAYFLY_KUBE_REFUSED: {
    kind: 'invalid',
    message: 'the API server refused {what} ({reason})',
    hint: 'look at the reason, and at the admission policies and quotas of the namespace',
  },
  MAYFLY_KUBE_EXPIRED: {
    kind: 'conflict',
    message: '{what}: the version asked for is no longer kept',
  },
  MAYFLY_KUBE_ANSWER: {
    kind: 'unavailable',
    message: 'the answer to {what} cannot be read: {problem}',
  },
  MAYFLY_KUBE_TOO_LARGE: {
    kind: 'exceeded',
    message: 'the answer to {what} is over {limit} bytes',
  },
  MAYFLY_KUBE_TOO_MANY: {
    kind: 'exceeded',
    message: 'there are more than {limit} {plural}',
  },
  MAYFLY_KUBE_LEASE_LOST: {
    kind: 'conflict',
    message: 'the lease {lease} was not renewed in time, or somebody else has it',
  },
  MAYFLY_KUBE_FENCED: {
    kind: 'conflict',
    message: '{what} was not sent: this process does not lead any more',
  },
  MAYFLY_KEY_TOKEN: {
    kind: 'denied',
    message: 'the secret {reference} is a token of the cluster and no key',
    hint: 'name a secret that was made to hold keys',
  },
  MAYFLY_KEY_TOO_MANY: {
    kind: 'exceeded',
    message: 'the secret {reference} has more than {limit} keys',
    hint: 'name the one key that is meant, or keep fewer keys in it',
  },
} as const satisfies Record<string, CatalogueEntry>;
