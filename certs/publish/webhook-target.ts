import type { KubeName, KubeResource } from '#core/ports/kube/kube-api.ts';

/** https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/ */
const mutatingResource: KubeResource = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  plural: 'mutatingwebhookconfigurations',
  kind: 'MutatingWebhookConfiguration',
};

const validatingResource: KubeResource = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  plural: 'validatingwebhookconfigurations',
  kind: 'ValidatingWebhookConfiguration',
};

/** The configurations whose webhooks are called by TLS. */
export function listWebhookTargets(names: {
  readonly mutating: readonly string[];
  readonly validating: readonly string[];
}): readonly KubeName[] {
  return [
    ...names.mutating.map((name) => ({ resource: mutatingResource, name })),
    ...names.validating.map((name) => ({ resource: validatingResource, name })),
  ];
}

/** As messages name it. */
export function describeWebhook({ resource, name }: KubeName): string {
  return `${resource.kind} ${name}`;
}
