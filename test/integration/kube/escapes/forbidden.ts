import type {
  Cluster,
  ClusterAnswer,
  ClusterRequest,
} from '#test/support/cluster/create-cluster.ts';
import { controllerUser } from '#test/support/kube-world/replica.ts';
import { aSecret } from '#test/support/stage/create-stage.ts';
import {
  mergePatch,
  objectPath,
  postObject,
  postSecret,
  readObject,
  secretPath,
  tenant,
} from './tenant.ts';

const contentType = 'application/merge-patch+json';
const system = '/apis/coordination.k8s.io/v1/namespaces/mayfly-system/leases/mayfly-controller';

const forged = { metadata: { name: 'forged', labels: { 'mayfly.dev/managed': 'true' } } };
const aForgedSecret = { path: secretPath(), body: { apiVersion: 'v1', kind: 'Secret', ...forged } };
/** Of the namespace of the tenant, whose role lets them act as its service accounts. */
const own = { 'impersonate-user': 'system:serviceaccount:shop:writer' };
/** By what the admission policies know a write of Mayfly's that it makes as a service account. */
const mark = { 'impersonate-extra-mayfly.dev%2fwriter': 'mayfly' };

/** What the role `edit` does not go as far as. */
export const forbiddenRequests: readonly (ClusterRequest & { readonly deed: string })[] = [
  {
    deed: 'write a status',
    method: 'PATCH',
    path: `${objectPath('EphemeralSecret', 'good')}/status`,
    body: { status: { secrets: [] } },
    contentType,
  },
  {
    deed: 'write the status of a source',
    method: 'PATCH',
    path: `${objectPath('GitSource', 'repo')}/status`,
    body: { status: {} },
    contentType,
  },
  {
    deed: 'allow themselves more',
    path: '/apis/mayfly.dev/v1alpha1/tenantpolicies',
    body: { apiVersion: 'mayfly.dev/v1alpha1', kind: 'TenantPolicy', metadata: { name: 'mine' } },
  },
  {
    deed: 'have another policy select their namespace',
    method: 'PATCH',
    path: '/api/v1/namespaces/shop',
    body: { metadata: { labels: { team: 'victim' } } },
    contentType,
  },
  { deed: 'read the key of all digests', path: secretPath('mayfly-cluster', 'mayfly-system') },
  { deed: 'replace the key of all digests', path: secretPath('', 'mayfly-system'), body: {} },
  { deed: 'read a Secret of another namespace', path: secretPath('loot', 'victim') },
  {
    deed: 'ask for Secrets in another namespace',
    path: objectPath('EphemeralSecret', '', 'victim'),
    body: {},
  },
  {
    deed: "bear Mayfly's mark as a service account that they may be",
    headers: { ...own, ...mark },
    ...aForgedSecret,
  },
  {
    deed: "bear Mayfly's mark with another value",
    headers: { ...own, 'impersonate-extra-mayfly.dev%2fwriter': 'tenant' },
    ...aForgedSecret,
  },
  {
    deed: "bear Mayfly's mark as themselves",
    headers: { 'impersonate-user': tenant, ...mark },
    ...aForgedSecret,
  },
  {
    deed: 'be the controller',
    headers: { 'impersonate-user': controllerUser },
    ...aForgedSecret,
  },
  { deed: 'take the lead', method: 'PATCH', path: system, body: { spec: {} }, contentType },
];

/** A write that an admission policy refuses, by its name. */
export interface ForbiddenWrite {
  readonly deed: string;
  readonly policy: string;
  write(cluster: Cluster): Promise<ClusterAnswer>;
}

async function patchGood(cluster: Cluster, metadata: object): Promise<ClusterAnswer> {
  return await mergePatch(cluster, { path: secretPath('good'), body: { metadata }, user: tenant });
}

const metadataPolicy = 'mayfly-lease-metadata';
const placePolicy = 'mayfly-tenant-namespaces';

export const forbiddenWrites: readonly ForbiddenWrite[] = [
  {
    deed: 'say that a Secret is leased',
    policy: metadataPolicy,
    write: async (cluster) => await postSecret(cluster, forged, { user: tenant }),
  },
  {
    deed: 'say that a Secret is leased, as the service account that Mayfly writes as',
    policy: metadataPolicy,
    write: async (cluster) =>
      await cluster.request({ user: tenant, headers: own, ...aForgedSecret }),
  },
  {
    deed: 'give a Secret the lease of another',
    policy: metadataPolicy,
    write: async (cluster) => {
      const { labels, annotations } = (await readObject(cluster, secretPath('good'))).metadata;
      const metadata = { name: 'forged', labels, annotations };
      return await postSecret(cluster, { metadata }, { user: tenant });
    },
  },
  {
    deed: 'prolong a lease',
    policy: metadataPolicy,
    write: async (cluster) =>
      await patchGood(cluster, {
        annotations: { 'mayfly.dev/expires-at': '2100-01-01T00:00:00Z' },
      }),
  },
  {
    deed: 'take the label off',
    policy: metadataPolicy,
    write: async (cluster) => await patchGood(cluster, { labels: { 'mayfly.dev/managed': null } }),
  },
  {
    deed: 'detach a Secret without the right to',
    policy: metadataPolicy,
    write: async (cluster) => {
      const { annotations = {} } = (await readObject(cluster, secretPath('good'))).metadata;
      const none = Object.keys(annotations).map((key) => [key, null] as const);
      const labels = { 'mayfly.dev/managed': null };
      return await patchGood(cluster, { labels, annotations: Object.fromEntries(none) });
    },
  },
  ...['kube-system', 'kube-public', 'mayfly-system'].map((namespace) => ({
    deed: `ask for Secrets in ${namespace}`,
    policy: placePolicy,
    write: async (cluster: Cluster): Promise<ClusterAnswer> =>
      await postObject(cluster, aSecret('mayfly-cluster'), { user: 'admin', namespace }),
  })),
];
