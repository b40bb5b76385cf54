import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { root } from '#test/support/arch/source-files.ts';
import type { Cluster, ClusterAnswer } from '#test/support/cluster/create-cluster.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { until } from '#test/support/until.ts';

const long = 120_000;
const controller = 'system:serviceaccount:mayfly-system:mayfly-controller';
const sweep = 'system:serviceaccount:mayfly-system:mayfly-sweep';
const users = [controller, sweep, 'tenant', 'tenant-admin'];

function manifests(folder: string): string {
  return join(root, 'manifests', folder);
}

async function bindTenant(cluster: Cluster, user: string, role: string): Promise<void> {
  const name = `--clusterrole=${role}`;
  await cluster.kubectl(['create', 'rolebinding', user, name, `--user=${user}`, '-n', 'shop']);
}

/** Asks the API server itself whether a user may. */
async function mayOn(
  cluster: Cluster,
  user: string,
  attributes: Readonly<Record<string, string>>,
): Promise<boolean> {
  const spec = { user, resourceAttributes: attributes };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const answer = await cluster.request({ path, body });
  return JSON.stringify(answer.body).includes('"allowed":true');
}

interface GivenSecret {
  readonly name: string;
  readonly expiresAt?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const managed = { 'mayfly.dev/managed': 'true' };

async function postSecret(
  cluster: Cluster,
  user: string,
  { name, expiresAt, labels = managed }: GivenSecret,
): Promise<ClusterAnswer> {
  const annotations = expiresAt === undefined ? {} : { 'mayfly.dev/expires-at': expiresAt };
  const metadata = { name, namespace: 'shop', labels, annotations };
  const body = { apiVersion: 'v1', kind: 'Secret', metadata };
  return await cluster.request({ path: '/api/v1/namespaces/shop/secrets', body, user });
}

async function patchSecret(
  cluster: Cluster,
  user: string,
  change: { readonly name: string; readonly metadata: object },
): Promise<ClusterAnswer> {
  const path = `/api/v1/namespaces/shop/secrets/${change.name}`;
  const contentType = 'application/merge-patch+json';
  const body = { metadata: change.metadata };
  return await cluster.request({ method: 'PATCH', path, body, contentType, user });
}

async function deleteSecret(cluster: Cluster, user: string, name: string): Promise<ClusterAnswer> {
  const path = `/api/v1/namespaces/shop/secrets/${name}`;
  return await cluster.request({ method: 'DELETE', path, user });
}

/** Says that a sweep begins now. */
async function noteSweep(cluster: Cluster): Promise<void> {
  const leases = '/apis/coordination.k8s.io/v1/namespaces/mayfly-system/leases';
  const body = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'mayfly-sweep' },
    spec: { renewTime: new Date().toISOString().replace('Z', '000Z') },
  };
  const { status } = await cluster.request({ path: leases, body, user: sweep });
  if (status === 201) return;
  const path = `${leases}/mayfly-sweep`;
  await cluster.request({ method: 'PUT', path, body, user: sweep });
}

await describeWithCluster('the manifests', { users, controllers: true }, (cluster) => {
  beforeAll(async () => {
    await cluster().kubectl(['apply', '--server-side', '-k', manifests('base')]);
    await cluster().kubectl(['create', 'namespace', 'shop']);
    await bindTenant(cluster(), 'tenant', 'edit');
    await bindTenant(cluster(), 'tenant-admin', 'admin');
    const detach = { group: 'mayfly.dev', resource: 'ephemeralsecrets', verb: 'detach' };
    await until(
      async () => await mayOn(cluster(), 'tenant-admin', { ...detach, namespace: 'shop' }),
    );
  }, long);

  it.each(['base', 'overlays/strict', 'overlays/namespaced'])(
    'of %s are what the API server takes',
    async (folder) => {
      const rendered = await cluster().kubectl(['kustomize', manifests(folder)]);
      const apply = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'];
      expect(await cluster().kubectl(apply, { stdin: rendered })).toContain('mayfly-sweep');
    },
    long,
  );

  it('of the examples are what the API server takes', async () => {
    const apply = ['apply', '--server-side', '--dry-run=server', '-f', manifests('examples')];
    expect(await cluster().kubectl(apply)).toContain('ephemeralsecret.mayfly.dev/all');
  });

  describe('give rights:', () => {
    const secrets = { resource: 'secrets', namespace: 'shop' };
    const ownSecrets = { resource: 'secrets', namespace: 'mayfly-system' };
    const objects = { group: 'mayfly.dev', namespace: 'shop', resource: 'ephemeralsecrets' };
    const leases = {
      group: 'coordination.k8s.io',
      namespace: 'mayfly-system',
      resource: 'leases',
    };
    it.each([
      [controller, { ...secrets, verb: 'list' }, true],
      [controller, { ...secrets, verb: 'create' }, true],
      [controller, { ...secrets, verb: 'delete' }, true],
      [controller, { ...secrets, verb: 'update' }, false],
      [controller, { ...secrets, verb: 'deletecollection' }, false],
      [controller, { ...objects, verb: 'watch' }, true],
      [controller, { ...objects, verb: 'patch' }, false],
      [controller, { ...objects, verb: 'patch', subresource: 'status' }, true],
      [controller, { ...objects, verb: 'delete' }, false],
      [controller, { ...objects, verb: 'detach' }, false],
      [controller, { ...leases, verb: 'update', name: 'mayfly-controller' }, true],
      [controller, { ...leases, verb: 'update', name: 'other' }, false],
      [controller, { ...leases, verb: 'create', namespace: 'shop' }, false],
      [controller, { resource: 'pods', namespace: 'shop', verb: 'list' }, false],
      [controller, { resource: 'serviceaccounts', verb: 'impersonate' }, false],
      [sweep, { ...secrets, verb: 'delete' }, true],
      [sweep, { ...secrets, verb: 'get' }, false],
      [sweep, { ...secrets, verb: 'list' }, false],
      [sweep, { ...secrets, verb: 'watch' }, false],
      [sweep, { ...secrets, verb: 'deletecollection' }, false],
      [sweep, { ...ownSecrets, verb: 'get', name: 'mayfly-cluster' }, false],
      [sweep, { ...objects, verb: 'list' }, true],
      [sweep, { ...objects, verb: 'patch', subresource: 'status' }, false],
      [sweep, { ...leases, verb: 'delete', name: 'mayfly-controller' }, false],
      [sweep, { ...leases, verb: 'update', name: 'mayfly-sweep' }, true],
      [sweep, { ...leases, verb: 'delete', name: 'mayfly-sweep' }, false],
      ['tenant', { ...objects, verb: 'create' }, true],
      ['tenant', { ...objects, verb: 'patch', subresource: 'status' }, false],
      ['tenant', { ...objects, verb: 'detach' }, false],
      ['tenant', { ...objects, resource: 'tenantpolicies', verb: 'create' }, false],
      ['tenant-admin', { ...objects, verb: 'detach' }, true],
    ] as const)('%s %j %s', async (user, attributes, expected) => {
      expect(await mayOn(cluster(), user, attributes)).toBe(expected);
    });
  });

  describe('fence the sweeper, so that', () => {
    const past = '2026-01-01T00:00:00.000Z';

    it('a sweep takes what is over', async () => {
      await postSecret(cluster(), controller, { name: 'over', expiresAt: past });
      await noteSweep(cluster());
      await until(async () => (await deleteSecret(cluster(), sweep, 'over')).status === 200);
    });

    it('no lease that runs and no Secret of others is deleted', async () => {
      const future = '2099-01-01T00:00:00.000Z';
      await postSecret(cluster(), controller, { name: 'runs', expiresAt: future });
      await postSecret(cluster(), 'tenant', { name: 'foreign', labels: {} });
      await noteSweep(cluster());
      const answers = ['runs', 'foreign'].map((name) => deleteSecret(cluster(), sweep, name));
      expect(await Promise.all(answers)).toMatchObject([
        { status: 422, body: { message: expect.stringContaining('not over') } },
        { status: 422, body: { message: expect.stringContaining("not one of Mayfly's") } },
      ]);
    });
  });

  describe('guard the metadata of leases, so that', () => {
    it('nobody but the controller makes a Secret that says it is leased', async () => {
      const given = { name: 'guarded', expiresAt: '2099-01-01T00:00:00.000Z' };
      for (const user of ['admin', 'tenant', 'tenant-admin']) {
        expect(await postSecret(cluster(), user, given)).toMatchObject({ status: 403 });
      }
      expect(await postSecret(cluster(), controller, given)).toMatchObject({ status: 201 });
    });

    it('nobody else changes them, though other metadata', async () => {
      const longer = { annotations: { 'mayfly.dev/expires-at': '2200-01-01T00:00:00.000Z' } };
      const name = 'guarded';
      const patch = async (user: string, metadata: object): Promise<number> =>
        (await patchSecret(cluster(), user, { name, metadata })).status;
      expect(await patch('tenant', longer)).toBe(403);
      expect(await patch('tenant', { labels: { 'mayfly.dev/managed': null } })).toBe(403);
      expect(await patch('tenant', { labels: { team: 'a' }, annotations: { note: 'b' } })).toBe(
        200,
      );
      expect(await patch(controller, longer)).toBe(200);
    });

    it('who may detach takes all of it away, or nothing', async () => {
      const detach = {
        labels: { 'mayfly.dev/managed': null },
        annotations: { 'mayfly.dev/expires-at': null },
      };
      const patch = async (user: string, metadata: object): Promise<number> =>
        (await patchSecret(cluster(), user, { name: 'guarded', metadata })).status;
      expect(await patch('tenant', detach)).toBe(403);
      expect(await patch('tenant-admin', { labels: detach.labels })).toBe(403);
      expect(await patch('tenant-admin', detach)).toBe(200);
    });

    it('everybody else deletes Secrets as ever, also before a first sweep', async () => {
      const leases = ['delete', 'lease', '--ignore-not-found', 'mayfly-sweep'];
      await cluster().kubectl([...leases, '-n', 'mayfly-system']);
      await postSecret(cluster(), 'tenant', { name: 'plain', labels: {} });
      expect(await deleteSecret(cluster(), 'tenant', 'plain')).toMatchObject({ status: 200 });
      await postSecret(cluster(), controller, { name: 'deleted' });
      expect(await deleteSecret(cluster(), 'tenant', 'deleted')).toMatchObject({ status: 200 });
    });
  });

  it('let the controller write no Secret but its own, and none where the cluster lives', async () => {
    await postSecret(cluster(), 'admin', { name: 'plain', labels: {} });
    const plain = { name: 'plain', metadata: { labels: { team: 'a' } } };
    expect(await patchSecret(cluster(), controller, plain)).toMatchObject({ status: 403 });
    expect(await deleteSecret(cluster(), controller, 'plain')).toMatchObject({ status: 403 });
    const post = async (namespace: string, name: string, labels = {}): Promise<number> => {
      const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name, labels } };
      const path = `/api/v1/namespaces/${namespace}/secrets`;
      return (await cluster().request({ path, body, user: controller })).status;
    };
    expect(await post('kube-system', 'any', managed)).toBe(403);
    expect(await post('mayfly-system', 'any', managed)).toBe(403);
    expect(await post('mayfly-system', 'mayfly-cluster')).toBe(201);
  });

  it('keep the objects of tenants out of the namespaces of the cluster', async () => {
    const spec = { url: 'https://git.example.com/a.git', ref: { branch: 'main' } };
    const metadata = { name: 'a' };
    const body = { apiVersion: 'mayfly.dev/v1alpha1', kind: 'GitSource', metadata, spec };
    const post = async (namespace: string): Promise<number> => {
      const path = `/apis/mayfly.dev/v1alpha1/namespaces/${namespace}/gitsources`;
      return (await cluster().request({ path, body })).status;
    };
    expect(await post('kube-system')).toBe(422);
    expect(await post('mayfly-system')).toBe(422);
    expect(await post('shop')).toBe(201);
  });
});

await describeWithCluster('the manifests of the namespaced mode', { users }, (cluster) => {
  it(
    'give rights in the named namespaces alone',
    async () => {
      await cluster().kubectl(['create', 'namespace', 'shop']);
      await cluster().kubectl(['apply', '--server-side', '-k', manifests('overlays/namespaced')]);
      const list = { resource: 'secrets', verb: 'list' };
      expect(await mayOn(cluster(), controller, { ...list, namespace: 'shop' })).toBe(true);
      expect(await mayOn(cluster(), controller, { ...list, namespace: 'default' })).toBe(false);
      expect(await mayOn(cluster(), controller, list)).toBe(false);
      const remove = { resource: 'secrets', verb: 'delete' };
      expect(await mayOn(cluster(), sweep, { ...remove, namespace: 'shop' })).toBe(true);
      expect(await mayOn(cluster(), sweep, { ...remove, namespace: 'default' })).toBe(false);
    },
    long,
  );

  it(
    'give the rights of a feature where its component is named',
    async () => {
      const listPods = { resource: 'pods', verb: 'list', namespace: 'shop' };
      expect(await mayOn(cluster(), controller, listPods)).toBe(false);
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'mayfly-kustomize-')));
      const pathOf = (to: string): string => relative(folder, manifests(to));
      const kustomization = [
        'apiVersion: kustomize.config.k8s.io/v1beta1',
        'kind: Kustomization',
        `resources: [${pathOf('base')}]`,
        `components: [${pathOf('components/while-in-use')}]`,
      ];
      await writeFile(join(folder, 'kustomization.yaml'), kustomization.join('\n'));
      await cluster().kubectl(['apply', '--server-side', '-k', folder]);
      await rm(folder, { recursive: true });
      expect(await mayOn(cluster(), controller, listPods)).toBe(true);
    },
    long,
  );
});
