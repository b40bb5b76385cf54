import type { Cluster, ClusterAnswer } from '#test/support/cluster/create-cluster.ts';
import type { KubeWorld } from '#test/support/kube-world/create-kube-world.ts';
import type { StageObject } from '#test/support/stage/create-stage.ts';

/** A person with the built-in role `edit` in the namespace `shop`, and nothing anywhere else. */
export const tenant = 'tenant';
/** The same, whom an administrator gave the status of EphemeralSecrets by mistake. */
export const deputy = 'deputy';

/** A place of the API: the path below `/api/v1/` or the group of Mayfly. */
export function objectPath(kind: StageObject['kind'], name = '', namespace = 'shop'): string {
  const plural = kind === 'GitSource' ? 'gitsources' : 'ephemeralsecrets';
  return `/apis/mayfly.dev/v1alpha1/namespaces/${namespace}/${plural}/${name}`.replace(/\/$/u, '');
}

export function secretPath(name = '', namespace = 'shop'): string {
  return `/api/v1/namespaces/${namespace}/secrets/${name}`.replace(/\/$/u, '');
}

function renderObject({ kind, name, spec }: StageObject): object {
  return { apiVersion: 'mayfly.dev/v1alpha1', kind, metadata: { name }, spec };
}

/** Creates an object as kubectl does, which has unknown fields refused. */
export async function postObject(
  cluster: Cluster,
  object: StageObject,
  { user = tenant, namespace = 'shop' } = {},
): Promise<ClusterAnswer> {
  const path = `${objectPath(object.kind, '', namespace)}?fieldValidation=Strict`;
  return await cluster.request({ path, body: renderObject(object), user });
}

interface PostOptions {
  readonly user?: string;
  readonly namespace?: string;
  readonly data?: Readonly<Record<string, string>>;
}

const foreignData = { key: 'Zm9yZWlnbg==' };

export async function postSecret(
  cluster: Cluster,
  secret: {
    readonly metadata: { readonly name: string; readonly [field: string]: unknown };
    readonly type?: string;
  },
  { user = 'admin', namespace = 'shop', data = foreignData }: PostOptions = {},
): Promise<ClusterAnswer> {
  const body = { apiVersion: 'v1', kind: 'Secret', data, ...secret };
  return await cluster.request({ path: secretPath('', namespace), body, user });
}

export async function mergePatch(
  cluster: Cluster,
  change: { readonly path: string; readonly body: object; readonly user: string },
): Promise<ClusterAnswer> {
  const contentType = 'application/merge-patch+json';
  return await cluster.request({ method: 'PATCH', contentType, ...change });
}

/** What the API server says no with. */
export function readMessage({ body }: ClusterAnswer): string {
  return typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : '';
}

interface Named {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** The Secrets that are not Mayfly's, each with its version: what differs later was touched. */
export async function readForeign(cluster: Cluster): Promise<ReadonlyMap<string, string>> {
  const { body } = await cluster.request({ path: '/api/v1/secrets' });
  const { items } = body as { readonly items: readonly Named[] };
  return new Map(
    items
      .filter(({ metadata: { labels } }) => labels?.['mayfly.dev/managed'] === undefined)
      .map(({ metadata: { namespace, name, uid, resourceVersion } }) => [
        `${namespace}/${name}`,
        `${uid} ${resourceVersion}`,
      ]),
  );
}

/** The tenant's rights, and Secrets of others in and beside their namespace. */
export async function settle(world: KubeWorld): Promise<void> {
  const { cluster, kubectl } = world;
  await kubectl('create', 'namespace', 'victim');
  for (const user of [tenant, deputy]) {
    const edit = ['create', 'rolebinding', user, '--clusterrole=edit', `--user=${user}`];
    await kubectl(...edit, '-n', 'shop');
  }
  const resource = '--resource=ephemeralsecrets.mayfly.dev/status';
  await kubectl('create', 'role', 'status', '--verb=patch', resource, '-n', 'shop');
  const bind = ['create', 'rolebinding', 'status', '--role=status', `--user=${deputy}`];
  await kubectl(...bind, '-n', 'shop');
  await kubectl('create', 'configmap', 'owner', '-n', 'shop');
  const { body } = await cluster.request({ path: '/api/v1/namespaces/shop/configmaps/owner' });
  const { uid } = (body as Named).metadata;
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, controller: true };
  await postSecret(cluster, { metadata: { name: 'taken' } });
  await postSecret(cluster, { metadata: { name: 'kept', ownerReferences: [owner] } });
  await postSecret(cluster, { metadata: { name: 'loot' } }, { namespace: 'victim' });
  await kubectl('create', 'serviceaccount', 'robot', '-n', 'shop');
  const annotations = { 'kubernetes.io/service-account.name': 'robot' };
  const type = 'kubernetes.io/service-account-token';
  await postSecret(cluster, { metadata: { name: 'token', annotations }, type });
}

interface StoredObject extends Named {
  readonly metadata: Named['metadata'] & {
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
}

export async function readObject(cluster: Cluster, path: string): Promise<StoredObject> {
  const { status, body } = await cluster.request({ path });
  if (status !== 200) throw new Error(`${path}: ${status}`);
  return body as StoredObject;
}

/** An account of the namespace that may write Secrets, and that the controller may act as. */
export async function letWriteAs({ kubectl }: KubeWorld, account: string): Promise<void> {
  const inShop = ['-n', 'shop'];
  await kubectl('create', 'serviceaccount', account, ...inShop);
  const verbs = '--verb=create,patch,get,delete';
  await kubectl('create', 'role', account, verbs, '--resource=secrets', ...inShop);
  const own = [`--role=${account}`, `--serviceaccount=shop:${account}`];
  await kubectl('create', 'rolebinding', account, ...own, ...inShop);
  const impersonate = ['--verb=impersonate', `--resource-name=${account}`];
  const controller = '--serviceaccount=mayfly-system:mayfly-controller';
  await kubectl('create', 'role', 'act', ...impersonate, '--resource=serviceaccounts', ...inShop);
  await kubectl('create', 'rolebinding', 'act', '--role=act', controller, ...inShop);
  const extra = ['--verb=impersonate', '--resource-name=mayfly'];
  const resource = '--resource=userextras.authentication.k8s.io/mayfly.dev/writer';
  await kubectl('create', 'clusterrole', 'mark', ...extra, resource);
  await kubectl('create', 'clusterrolebinding', 'mark', '--clusterrole=mark', controller);
}

/** Does something while an admission policy is not bound. */
export async function withoutPolicy(
  { kubectl, cluster }: KubeWorld,
  name: string,
  action: () => Promise<void>,
): Promise<void> {
  const place = ['validatingadmissionpolicybinding', name];
  const binding = await kubectl('get', ...place, '-o', 'json');
  await kubectl('delete', ...place);
  try {
    await action();
  } finally {
    const whole = JSON.parse(binding) as object;
    await cluster.kubectl(['apply', '-f', '-'], {
      stdin: JSON.stringify({ ...whole, metadata: { name } }),
    });
  }
}
