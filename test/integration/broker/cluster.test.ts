import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker, type StartedBroker } from '#test/support/broker/start-broker.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { brokerAudience } from '#test/support/issuer/real-claims.ts';
import { untilSlowly } from '#test/support/until.ts';
import { applyManifests } from '#test/support/webhook/webhook-on-cluster.ts';

const user = 'system:serviceaccount:mayfly-system:mayfly-broker';
const apiVersion = 'mayfly.dev/v1alpha1';

function objects(issuer: string): readonly object[] {
  const inShop = (name: string): object => ({ name, namespace: 'shop' });
  return [
    {
      apiVersion,
      kind: 'TokenIssuer',
      metadata: { name: 'here' },
      spec: { kind: 'kubernetes', issuer, keys: { cluster: {} } },
    },
    {
      apiVersion,
      kind: 'Store',
      metadata: inShop('kube'),
      spec: { provider: { kubernetes: {} }, serviceAccountName: 'mayfly-store' },
    },
    {
      apiVersion,
      kind: 'AccessPolicy',
      metadata: inShop('web'),
      spec: {
        subjects: [{ pod: { issuer: 'here', serviceAccounts: ['web'] } }],
        grants: [{ store: 'kube', paths: ['db'], maxTtl: '5m' }],
      },
    },
  ];
}

await describeWithCluster(
  'mayfly broker as it is shipped',
  { users: [{ name: user, groups: ['system:serviceaccounts'] }] },
  (cluster) => {
    let folder: string;
    let broker: StartedBroker;

    async function apply(list: readonly object[]): Promise<void> {
      const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: list });
      await cluster().kubectl(['apply', '-f', '-'], { stdin });
    }

    async function makePod(name: string): Promise<void> {
      const container = { name: 'web', image: 'registry.test/web' };
      const spec = { serviceAccountName: 'web', containers: [container] };
      await apply([{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, spec }]);
    }

    async function tokenOf(pod: string): Promise<string> {
      const bound = ['--bound-object-kind=Pod', `--bound-object-name=${pod}`];
      const args = [
        '-n',
        'shop',
        'create',
        'token',
        'web',
        `--audience=${brokerAudience}`,
        ...bound,
      ];
      return (await cluster().kubectl(args)).trim();
    }

    async function statusOf(token: string): Promise<number> {
      const secrets = { PASSWORD: 'kube:db#password' };
      return (await broker.exchange({ token, policy: 'shop/web', secrets })).status;
    }

    beforeAll(async () => {
      const { kubectl } = cluster();
      await applyManifests(cluster(), ['broker', 'broker-stores', 'webhook']);
      const document = await kubectl(['get', '--raw', '/.well-known/openid-configuration']);
      const { issuer } = JSON.parse(document) as { issuer: string };
      await kubectl(['create', 'namespace', 'shop']);
      for (const name of ['web', 'mayfly-store', 'default']) {
        await kubectl(['-n', 'shop', 'create', 'serviceaccount', name]);
      }
      await kubectl([
        '-n',
        'shop',
        'create',
        'secret',
        'generic',
        'db',
        '--from-literal=password=hunter2',
      ]);
      const rights = ['--verb=get', '--resource=secrets', '--resource-name=db'];
      await kubectl(['-n', 'shop', 'create', 'role', 'read-db', ...rights]);
      const binding = ['read-db', '--role=read-db', '--serviceaccount=shop:mayfly-store'];
      await kubectl(['-n', 'shop', 'create', 'rolebinding', ...binding]);
      await kubectl([
        'delete',
        'validatingwebhookconfiguration,mutatingwebhookconfiguration',
        'mayfly-webhook',
      ]);
      await apply(objects(issuer));
      folder = await mkdtemp(join(tmpdir(), 'mayfly-broker-'));
      broker = await startBroker(folder, await cluster().writeKubeconfig(user));
    }, 120_000);

    afterAll(async () => {
      expect(await broker.end()).toBe(0);
      await rm(folder, { recursive: true });
    });

    it('gives a pod a Secret that the service account of the Store may read', async () => {
      await makePod('one');
      const secrets = { PASSWORD: 'kube:db#password' };
      const answer = await broker.exchange({
        token: await tokenOf('one'),
        policy: 'shop/web',
        secrets,
      });
      expect(answer).toMatchObject({ status: 200, body: { values: { PASSWORD: 'hunter2' } } });
      expect(await broker.readLog()).not.toContain('hunter2');
    }, 60_000);

    it('denies a pod within 15 seconds of its end', async () => {
      await makePod('two');
      const token = await tokenOf('two');
      expect(await statusOf(token)).toBe(200);
      await cluster().kubectl([
        '-n',
        'shop',
        'delete',
        'pod',
        'two',
        '--force',
        '--grace-period=0',
      ]);
      const gone = performance.now();
      await untilSlowly(async () => (await statusOf(token)) === 403);
      expect(performance.now() - gone).toBeLessThan(15_000);
    }, 60_000);

    it('denies everybody within 5 seconds of the end of the policy', async () => {
      await makePod('three');
      const token = await tokenOf('three');
      expect(await statusOf(token)).toBe(200);
      await cluster().kubectl(['-n', 'shop', 'delete', 'accesspolicy', 'web']);
      const gone = performance.now();
      await untilSlowly(async () => (await statusOf(token)) === 403);
      expect(performance.now() - gone).toBeLessThan(5_000);
    }, 60_000);
  },
);
