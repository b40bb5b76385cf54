import type { KubeName, KubeResource } from '../ports/kube/kube-api.ts';
import { apiGroup, apiVersion, kindResources, type KindName, type ObjectRef } from './object.ts';

interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

const version = apiVersion.slice(apiGroup.length + 1);

/** How the API spells our kinds. */
export const ownResources: Readonly<Record<KindName, KubeResource>> = {
  GitSource: nameKind('GitSource'),
  EphemeralSecret: nameKind('EphemeralSecret'),
  Store: nameKind('Store'),
  AccessPolicy: nameKind('AccessPolicy'),
  ClusterStore: nameKind('ClusterStore'),
  ClusterAccessPolicy: nameKind('ClusterAccessPolicy'),
  TokenIssuer: nameKind('TokenIssuer'),
  TenantPolicy: nameKind('TenantPolicy'),
};

/** `secrets` of the core group. */
export const secretResource: KubeResource = nameCoreKind('Secret', 'secrets');

/** `pods` of the core group. */
export const podResource: KubeResource = nameCoreKind('Pod', 'pods');

/** `namespaces` of the core group. */
export const namespaceResource: KubeResource = nameCoreKind('Namespace', 'namespaces');

/** The types of Secrets that open the cluster itself. */
export const tokenTypes: ReadonlySet<unknown> = new Set([
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
]);

/** An object of ours by its name. */
export function renderOwnTarget({ kind, namespace, name }: ObjectRef): KubeName {
  return { resource: ownResources[kind], name, ...(namespace === '' ? {} : { namespace }) };
}

/** A Secret by its name. */
export function renderSecretTarget({ namespace, name }: SecretName): KubeName {
  return { resource: secretResource, namespace, name };
}

function nameKind(kind: KindName): KubeResource {
  return { group: apiGroup, version, plural: kindResources[kind].plural, kind };
}

function nameCoreKind(kind: string, plural: string): KubeResource {
  return { group: '', version: 'v1', plural, kind };
}
