import type { KubeName, KubeResource } from '../ports/kube/kube-api.ts';
import { apiGroup, apiVersion, kindResources, type KindName } from './object.ts';

interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

const version = apiVersion.slice(apiGroup.length + 1);

/** How the API spells our kinds. */
export const ownResources: Readonly<Record<KindName, KubeResource>> = {
  GitSource: nameKind('GitSource'),
  EphemeralSecret: nameKind('EphemeralSecret'),
  TenantPolicy: nameKind('TenantPolicy'),
};

/** `secrets` of the core group. */
export const secretResource: KubeResource = {
  group: '',
  version: 'v1',
  plural: 'secrets',
  kind: 'Secret',
};

/** A Secret by its name. */
export function renderSecretTarget({ namespace, name }: SecretName): KubeName {
  return { resource: secretResource, namespace, name };
}

/** What an election is held over. */
export const leaseResource: KubeResource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
};

function nameKind(kind: KindName): KubeResource {
  return { group: apiGroup, version, plural: kindResources[kind].plural, kind };
}
