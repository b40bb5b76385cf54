import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  anObject,
  beginToDelete,
  brokerAccount,
  clusterGrants,
  clusterVault,
  installBroker,
  startPod,
} from '#test/support/broker/broker-cluster.ts';
import { openClusterBroker, type ClusterBroker } from '#test/support/broker/open-cluster-broker.ts';
import { createCluster, type Cluster } from '#test/support/cluster/create-cluster.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { createFaultProxy, type FaultProxy } from '#test/support/fault-proxy.ts';
import { makeClaims } from '#test/support/issuer/real-claims.ts';
import { createSigningKey, signToken } from '#test/support/issuer/signing-key.ts';
import { untilSlowly } from '#test/support/until.ts';

/** As kubeadm, kind and k3s have it: the same for every cluster. */
const serviceAccountIssuer = 'https://kubernetes.default.svc.cluster.local';
const options = { users: [brokerAccount], serviceAccountIssuer };
const long = 120_000;
/** Of a deletion timestamp that has come, after which the token of the pod is nothing any more. */
const refusedWithinMs = 75_000;
const key = createSigningKey('job');

interface EndingPod {
  readonly token: string;
  readonly deletedAt: number;
}

async function readIssuer(cluster: Cluster): Promise<string> {
  const { body } = await cluster.request({ path: '/.well-known/openid-configuration' });
  return (body as { readonly issuer: string }).issuer;
}

await describeWithCluster('mayfly broker on an API server', options, (cluster) => {
  let proxy: FaultProxy;
  let broker: ClusterBroker;
  let issuer: string;
  /** Of pods that end, from before the first test on: one that a finalizer keeps, one in its grace period. */
  let held: EndingPod;
  let graceful: EndingPod;

  async function apply(...objects: readonly string[]): Promise<void> {
    await cluster().kubectl(['apply', '-f', '-'], { stdin: objects.join('\n---\n') });
  }

  beforeAll(async () => {
    await installBroker(cluster());
    issuer = await readIssuer(cluster());
    const jwks = JSON.stringify({ keys: [key.jwk] });
    const iss = String(makeClaims('github', 0)['iss']);
    await apply(
      anObject('TokenIssuer', 'own', { kind: 'kubernetes', issuer, keys: { cluster: {} } }),
      anObject('TokenIssuer', 'github', {
        kind: 'github',
        issuer: iss,
        keys: { inline: { jwks } },
      }),
      anObject('ClusterStore', 'vault', clusterVault),
    );
    const token = await startPod(cluster(), 'held', { finalizers: ['example.com/hold'] });
    held = { token, deletedAt: await beginToDelete(cluster(), 'held', 0) };
    const own = await startPod(cluster(), 'graceful', { nodeName: 'node-1' });
    graceful = { token: own, deletedAt: await beginToDelete(cluster(), 'graceful', 3600) };
  }, long);
  beforeEach(async () => {
    const pods = [{ pod: { issuer: 'own', serviceAccounts: ['web'] } }];
    const github = { issuer: 'github', ownerId: ['65'], repositoryId: ['74'] };
    await apply(
      anObject('AccessPolicy', 'shop/release', { subjects: pods, grants: clusterGrants }),
      anObject('ClusterAccessPolicy', 'jobs', { subjects: [{ github }], grants: clusterGrants }),
    );
    proxy = await createFaultProxy({ targetPort: cluster().port });
    const url = `https://127.0.0.1:${proxy.port}`;
    broker = await openClusterBroker(await cluster().writeKubeconfig(brokerAccount, url));
  }, long);
  afterEach(async () => {
    proxy.setFault({ kind: 'none' });
    await broker.close();
    await proxy.close();
  });

  /** A job, whom no API server is asked about. */
  async function askAsJob(): Promise<number | string> {
    const token = signToken(key, {
      claims: makeClaims('github', Date.now(), { jti: crypto.randomUUID() }),
    });
    const { status, text } = await broker.exchange(token, { policy: 'cluster/jobs' });
    return status === 503 ? text : status;
  }

  it(
    'still serves a pod that was told to end a moment ago',
    async () => {
      expect((await broker.exchange(held.token)).status).toBe(200);
      expect(Date.now() - held.deletedAt).toBeLessThan(60_000);
    },
    long,
  );

  it(
    'serves a pod as long as it lives, and nobody with its token afterwards',
    async () => {
      const token = await startPod(cluster(), 'web-1');
      expect(await broker.exchange(token)).toMatchObject({ status: 200 });
      expect(await broker.exchange(token)).toMatchObject({ status: 200 });
      const deletion = ['-n', 'shop', 'delete', 'pod', 'web-1', '--grace-period=0', '--force'];
      await cluster().kubectl(deletion);
      const begun = performance.now();
      await untilSlowly(async () => (await broker.exchange(token)).status === 403);
      expect(performance.now() - begun).toBeLessThan(15_000);
      const again = await startPod(cluster(), 'web-1');
      expect((await broker.exchange(token)).status).toBe(403);
      expect((await broker.exchange(again)).status).toBe(200);
    },
    long,
  );

  it(
    'keeps pods of another cluster with the same issuer apart',
    async () => {
      const other = await createCluster({ serviceAccountIssuer });
      try {
        expect(await readIssuer(other)).toBe(issuer);
        await other.kubectl(['create', 'namespace', 'shop']);
        await other.kubectl(['-n', 'shop', 'create', 'serviceaccount', 'web']);
        const token = await startPod(other, 'web-1');
        expect((await broker.exchange(token)).status).toBe(401);
        const { body } = await other.request({ path: '/openid/v1/jwks' });
        const jwks = typeof body === 'string' ? body : JSON.stringify(body);
        const keys = { inline: { jwks } };
        await apply(anObject('TokenIssuer', 'other', { kind: 'kubernetes', issuer, keys }));
        await untilSlowly(async () => (await broker.exchange(token)).status === 403);
        const subjects = [{ pod: { issuer: 'other', serviceAccounts: ['shop/web'] } }];
        await apply(anObject('ClusterAccessPolicy', 'other', { subjects, grants: clusterGrants }));
        const policy = { policy: 'cluster/other' };
        await untilSlowly(async () => (await broker.exchange(token, policy)).status === 200);
        const own = await startPod(cluster(), 'web-2');
        expect((await broker.exchange(own, policy)).status).toBe(403);
        expect((await broker.exchange(own)).status).toBe(200);
      } finally {
        await other.stop();
      }
    },
    long,
  );

  it(
    'grants nothing by a policy that was deleted 5 seconds ago',
    async () => {
      expect(await askAsJob()).toBe(200);
      await cluster().kubectl(['delete', 'clusteraccesspolicy', 'jobs']);
      const begun = performance.now();
      await untilSlowly(async () => (await askAsJob()) === 403);
      expect(performance.now() - begun).toBeLessThan(5000);
    },
    long,
  );

  it(
    'grants nothing once it has not heard of the API server for a minute',
    async () => {
      expect(await askAsJob()).toBe(200);
      proxy.setFault({ kind: 'reset' });
      proxy.cut();
      broker.shift(50_000);
      expect(await askAsJob()).toBe(200);
      broker.shift(11_000);
      expect(await askAsJob()).toContain('MAYFLY_BROKER_STALE');
      proxy.setFault({ kind: 'none' });
      await untilSlowly(async () => (await askAsJob()) === 200);
    },
    long,
  );

  it(
    'refuses a pod 75 seconds after its deletion timestamp though it is still there, and not before that comes',
    async () => {
      const rest = held.deletedAt + refusedWithinMs - Date.now();
      await untilSlowly(async () => (await broker.exchange(held.token)).status === 403, rest);
      const { kubectl } = cluster();
      expect(await kubectl(['-n', 'shop', 'get', 'pod', 'held', '-o=name'])).toContain('held');
      expect(graceful.deletedAt).toBeGreaterThan(Date.now());
      expect((await broker.exchange(graceful.token)).status).toBe(200);
    },
    long,
  );
});
