import type { KubeName, KubeResource } from '#core/ports/kube/kube-api.ts';
import type { SecretRef } from '#core/ports/secret-sink.ts';

export const secretResource: KubeResource = {
  group: '',
  version: 'v1',
  plural: 'secrets',
  kind: 'Secret',
};

export function renderTarget({ namespace, name }: SecretRef): KubeName {
  return { resource: secretResource, namespace, name };
}
