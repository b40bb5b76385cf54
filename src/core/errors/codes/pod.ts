import type { CatalogueEntry } from '../kinds.ts';

/** What pods ask for in their annotations and environment. */
export const podCodes = {
  MAYFLY_POD_ANNOTATION_UNKNOWN: {
    kind: 'invalid',
    message: 'there is no annotation {annotation}: {suggestion}',
    hint: 'correct the name or remove it; docs/annotations.md lists them, and nothing is accepted and ignored',
  },
  MAYFLY_POD_ANNOTATION_INVALID: {
    kind: 'invalid',
    message: 'the annotation {annotation} {problem}',
    hint: 'correct its value; docs/annotations.md says what it takes',
  },
  MAYFLY_POD_ENV_INVALID: {
    kind: 'invalid',
    message: 'the reference in {entry} {problem}',
    hint: 'write mayfly:STORE:PATH#KEY, or STORE:PATH#KEY in an annotation mayfly.dev/env.VAR',
  },
  MAYFLY_POD_COMPAT_REFUSED: {
    kind: 'invalid',
    message: '{what} cannot be honoured: {reason}',
    hint: 'mayfly migrate pod FILE writes the manifest anew with the annotations of Mayfly',
  },
  MAYFLY_POD_NOT_FOUND: {
    kind: 'invalid',
    message: 'there is no pod in {target}',
    hint: 'give a manifest of a pod or a workload, the name of a pod, or kind/name of a workload, and its namespace',
  },
  MAYFLY_POD_REFUSED: {
    kind: 'invalid',
    message: 'pods would be refused: {count}',
    hint: 'each rule that is broken is told above, with what to do',
  },
  MAYFLY_POD_NOT_MIGRATED: {
    kind: 'invalid',
    message: 'what cannot be said in the words of Mayfly and stayed as it was: {count}',
    hint: 'each is told above with its reason; change it by hand',
  },
  MAYFLY_POD_NOTHING_ASKED: {
    kind: 'invalid',
    message: 'the pod asks for injection and names no secret',
    hint: 'add an annotation mayfly.dev/secret.NAME, mayfly.dev/template.NAME or mayfly.dev/env.VAR',
  },
  MAYFLY_POD_NAMESPACE: {
    kind: 'denied',
    message: 'pods of the namespace {namespace} are not injected',
    hint: 'namespaces of the cluster and of Mayfly itself start without the webhook; run the pod in another one',
  },
  MAYFLY_POD_WINDOWS: {
    kind: 'invalid',
    message: 'the pod is for Windows, where there is no agent',
    hint: 'let the program read its secrets through the CSI driver or the API of the store',
  },
  MAYFLY_POD_NAME_TAKEN: {
    kind: 'invalid',
    message: '{what} has a name that is kept for Mayfly, and is not what Mayfly would make',
    hint: 'rename it; of an injected pod, submit the manifest as it was before the injection',
  },
  MAYFLY_POD_MOUNT_TAKEN: {
    kind: 'invalid',
    message: 'container {container} mounts a volume of its own at {path}, where the secrets go',
    hint: 'mount it elsewhere, or name another folder in mayfly.dev/files-path',
  },
  MAYFLY_POD_CONTAINER_UNKNOWN: {
    kind: 'invalid',
    message:
      'the annotation {annotation} names a container that the pod does not have: {container}',
    hint: 'name containers or init containers of the pod',
  },
  MAYFLY_POD_NO_READER: {
    kind: 'invalid',
    message: 'no container of the pod gets what its annotations ask for',
    hint: 'name one in mayfly.dev/containers: those of a service mesh get nothing by themselves',
  },
  MAYFLY_POD_CONTAINER_EARLY: {
    kind: 'invalid',
    message: 'init container {container} reads secrets and ends before the agent starts',
    hint: 'move it behind the mesh proxy, or set mayfly.dev/order to an earlier place',
  },
  MAYFLY_POD_ENV_OFF: {
    kind: 'invalid',
    message: 'container {container}: the variable {variable} cannot be delivered in this cluster',
    hint: 'read a file with mayfly.dev/secret.NAME; or the administrator sets webhook.envVia, once mayfly check says that every kubelet can',
  },
  MAYFLY_POD_ENV_TAKEN: {
    kind: 'invalid',
    message: 'container {container} sets the variable {variable} itself',
    hint: 'remove one of the two',
  },
  MAYFLY_POD_ENV_COMMAND: {
    kind: 'invalid',
    message: 'container {container} takes variables and has no command of its own',
    hint: 'write its command out, and see that the image has /bin/sh; or read files instead',
  },
  MAYFLY_POD_MODE_UNREADABLE: {
    kind: 'invalid',
    message: 'the mode of the secret {name} does not let container {container} read it as {who}',
    hint: 'add the bit that is missing, or leave the mode out: the narrowest that works is chosen',
  },
  MAYFLY_POD_SIGNAL_UNSHARED: {
    kind: 'invalid',
    message: 'the agent cannot send signals in this pod: {reason}',
    hint: 'set shareProcessNamespace and one runAsUser that is not root, or let the program watch its files',
  },
  MAYFLY_POD_RESTART_OFF: {
    kind: 'invalid',
    message: 'the agent cannot have this pod restarted on a change: {reason}',
    hint: 'use it in pods that run on, with Kubernetes 1.36 on every node and webhook.restartContainers set; or let a rollout replace the pod',
  },
  MAYFLY_POD_STORE_UNKNOWN: {
    kind: 'invalid',
    message: 'there is no store {store} for the namespace {namespace}',
    hint: 'create the Store, or name one that exists; a ClusterStore is written cluster/NAME',
  },
  MAYFLY_POD_STORE_UNUSABLE: {
    kind: 'denied',
    message:
      'pods cannot read the store {store}: the broker serves it, and the webhook knows of none',
    hint: 'the administrator sets webhook.broker; until it is known, use a store of the provider vault',
  },
  MAYFLY_POD_STORE_POLICY: {
    kind: 'invalid',
    message: 'pods cannot read the store {store}: it names no policy that the broker grants it by',
    hint: 'set spec.policy of the Store to the name of an AccessPolicy of its namespace',
  },
  MAYFLY_POD_STORE_DIFFERS: {
    kind: 'denied',
    message: '{annotation} is not what the store {store} says of its {field}',
    hint: 'remove the annotation: how a store is reached and who logs in is said by the Store alone',
  },
  MAYFLY_POD_PLAN_TOO_LARGE: {
    kind: 'exceeded',
    message: 'what the pod asks for is over the limit of {limit} {what}',
    hint: 'shorten its templates, or split the pod',
  },
} as const satisfies Record<string, CatalogueEntry>;
