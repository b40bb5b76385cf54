import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { AbandonedCluster } from '#test/support/cluster/abandoned-cluster.ts';
import { createCluster } from '#test/support/cluster/create-cluster.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import { root } from '#test/support/arch/source-files.ts';
import { until } from '#test/support/until.ts';

const long = 120_000;
const configMaps = '/api/v1/namespaces/default/configmaps';

function aConfigMap(name: string, more: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, ...more },
    data: { key: 'value' },
  };
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return outcome;
}

const options = { users: ['tenant-a', { name: 'ops', groups: ['system:masters'] }], audit: true };
await describeWithCluster('a control plane', options, (cluster) => {
  it('is the pinned version', async () => {
    const { body } = await cluster().request({ path: '/version' });
    expect(body).toMatchObject({ gitVersion: 'v1.37.2' });
  });

  it('knows its users by their tokens and groups', async () => {
    const path = '/api/v1/namespaces';
    const statusOf = async (user: string) => (await cluster().request({ path, user })).status;
    expect([await statusOf('ops'), await statusOf('tenant-a')]).toEqual([200, 403]);
    expect(() => cluster().tokenOf('nobody')).toThrow('without the user nobody');
  });

  it('is spoken to with kubectl, as any user', async () => {
    const whoami = ['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'];
    expect(await cluster().kubectl(whoami, { user: 'tenant-a' })).toBe('tenant-a');
    const stdin = JSON.stringify(aConfigMap('by-kubectl'));
    expect(await cluster().kubectl(['apply', '-f', '-'], { stdin })).toContain('created');
    await expect(cluster().kubectl(['get', 'nothing'])).rejects.toThrow('nothing');
  });

  it('writes an audit log without the values of Secrets', async () => {
    const body = { ...aConfigMap('audited'), data: { key: 'in-a-config-map' } };
    await cluster().request({ path: configMaps, body });
    const secret = { metadata: { name: 'audited' }, stringData: { key: 'in-a-secret' } };
    await cluster().request({ path: '/api/v1/namespaces/default/secrets', body: secret });
    const log = await readFile(cluster().auditLogFile, 'utf8');
    expect(log).toContain('in-a-config-map');
    expect(log).toContain('/api/v1/namespaces/default/secrets');
    expect(log).not.toContain('in-a-secret');
  });

  it(
    'has the same address and the same objects after a restart, but not its history',
    async () => {
      const before = await cluster().request({ path: configMaps });
      const { resourceVersion } = (before.body as { metadata: { resourceVersion: string } })
        .metadata;
      await cluster().request({ path: configMaps, body: aConfigMap('stays') });
      await cluster().restartApiServer();
      expect((await cluster().request({ path: `${configMaps}/stays` })).status).toBe(200);
      const path = `${configMaps}?watch=true&timeoutSeconds=1&resourceVersion=${resourceVersion}`;
      const { body } = await cluster().request({ path });
      expect(body).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    },
    long,
  );

  it(
    'goes back to a snapshot',
    async () => {
      const statusOf = async (name: string) =>
        (await cluster().request({ path: `${configMaps}/${name}` })).status;
      await cluster().request({ path: configMaps, body: aConfigMap('before') });
      const snapshot = await cluster().takeSnapshot();
      await cluster().request({ path: configMaps, body: aConfigMap('after') });
      await cluster().request({ path: `${configMaps}/before`, method: 'DELETE' });
      await cluster().restoreSnapshot(snapshot);
      expect([await statusOf('before'), await statusOf('after')]).toEqual([200, 404]);
    },
    long,
  );

  it(
    'hibernates',
    async () => {
      await cluster().hibernate();
      expect(await isListening(cluster().port)).toBe(false);
      await cluster().wake();
      expect((await cluster().request({ path: '/readyz' })).status).toBe(200);
    },
    long,
  );
});

await describeWithCluster('a control plane with controllers', { controllers: true }, (cluster) => {
  it('makes service accounts, and tokens that it believes', async () => {
    await cluster().kubectl(['create', 'namespace', 'team']);
    await until(() =>
      cluster()
        .kubectl(['get', 'sa', 'default', '-n', 'team'])
        .then(
          () => true,
          () => false,
        ),
    );
    const token = await cluster().kubectl([
      'create',
      'token',
      'default',
      '-n',
      'team',
      '--audience',
      'mayfly',
    ]);
    const review = {
      kind: 'TokenReview',
      apiVersion: 'authentication.k8s.io/v1',
      spec: { token: token.trim(), audiences: ['mayfly'] },
    };
    const { body } = await cluster().request({
      path: '/apis/authentication.k8s.io/v1/tokenreviews',
      body: review,
    });
    expect(body).toMatchObject({
      status: { authenticated: true, user: { username: 'system:serviceaccount:team:default' } },
    });
  });

  it('collects garbage', async () => {
    const { body } = await cluster().request({ path: configMaps, body: aConfigMap('owner') });
    const { uid } = (body as { metadata: { uid: string } }).metadata;
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
    await cluster().request({ path: configMaps, body: aConfigMap('owned', { ownerReferences }) });
    await cluster().request({ path: `${configMaps}/owner`, method: 'DELETE' });
    await until(
      async () => (await cluster().request({ path: `${configMaps}/owned` })).status === 404,
    );
  });

  it('deletes namespaces', async () => {
    await cluster().kubectl(['create', 'namespace', 'short']);
    const path = '/api/v1/namespaces/short';
    await cluster().request({ path, method: 'DELETE' });
    await until(async () => (await cluster().request({ path })).status === 404);
  });
});

await describeWithParts(['kube-apiserver', 'etcd'], 'the end of a control plane', () => {
  it(
    'leaves nothing behind',
    async () => {
      const cluster = await createCluster();
      await cluster.stop();
      expect([await isListening(cluster.port), existsSync(cluster.folder)]).toEqual([false, false]);
    },
    long,
  );

  it(
    'comes with the end of the process that started it, even when that is killed',
    async () => {
      const program = join(root, 'test', 'support', 'cluster', 'abandoned-cluster.ts');
      const child = fork(program, { execArgv: [], stdio: 'ignore' });
      const [message] = (await once(child, 'message')) as [AbandonedCluster];
      expect(await isListening(message.port)).toBe(true);
      child.kill('SIGKILL');
      // Removed last, when every server has ended.
      await until(() => !existsSync(message.folder));
      expect(await isListening(message.port)).toBe(false);
    },
    long,
  );

  it(
    'comes at once when it cannot start, and says why',
    async () => {
      const failing = createCluster({ apiServerFlags: ['--no-such-flag'] });
      await expect(failing).rejects.toThrow('unknown flag: --no-such-flag');
    },
    long,
  );
});
