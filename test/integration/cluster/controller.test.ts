import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { root } from '#test/support/arch/source-files.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { quickElection, startRole, type RunningRole } from '#test/support/stage/start-role.ts';
import { untilSlowly } from '#test/support/until.ts';
import { aManifest, createWorld, type World } from '#test/support/standalone/create-world.ts';

const long = 120_000;
const controller = 'system:serviceaccount:mayfly-system:mayfly-controller';
const sweep = 'system:serviceaccount:mayfly-system:mayfly-sweep';
const lease = ['get', 'lease', 'mayfly-controller', '-n', 'mayfly-system', '-o', 'json'];

async function startController(cluster: Cluster, world: World, name: string): Promise<RunningRole> {
  return await startRole('controller', {
    folder: world.root,
    name,
    kubeconfig: await cluster.writeKubeconfig(controller),
    lines: [
      `stateDir: ${join(world.root, name)}`,
      `git: { allowedHosts: ['${new URL(world.server.url).host}'] }`,
      'lease: { minTtl: 5s }',
      quickElection,
    ],
  });
}

async function statusOf(port: number, path: string): Promise<number> {
  try {
    return (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  } catch {
    return 0;
  }
}

await describeWithCluster('mayfly controller', { users: [controller, sweep] }, (cluster) => {
  let world: World;
  const running: RunningRole[] = [];

  async function start(name: string): Promise<RunningRole> {
    const started = await startController(cluster(), world, name);
    running.push(started);
    return started;
  }

  async function readSecret(name: string): Promise<string> {
    const path = `/api/v1/namespaces/shop/secrets/${name}`;
    const { body } = await cluster().request({ path });
    const text = /"key":"([^"]*)"/u.exec(JSON.stringify(body))?.[1] ?? '';
    return Buffer.from(text, 'base64').toString();
  }

  async function leaseSecret(name: string, expiresAt: string): Promise<void> {
    const labels = { 'mayfly.dev/managed': 'true' };
    const metadata = { name, labels, annotations: { 'mayfly.dev/expires-at': expiresAt } };
    const body = { apiVersion: 'v1', kind: 'Secret', metadata };
    const path = '/api/v1/namespaces/shop/secrets';
    expect(await cluster().request({ path, body, user: controller })).toMatchObject({
      status: 201,
    });
  }

  /** As a status would that was written before the leases were renewed. */
  async function listAsOverdue(names: readonly string[], expiresAt: string): Promise<void> {
    const kubectl = async (...args: readonly string[]): Promise<string> =>
      await cluster().kubectl([...args, '-n', 'shop']);
    await kubectl('apply', '-f', join(world.root, 'objects/shop.yaml'));
    const spec = JSON.stringify({ spec: { lifetime: 'Once' } });
    await kubectl('patch', 'ephemeralsecret', 'all', '--type=merge', '-p', spec);
    const secrets = [];
    for (const name of names) {
      const uid = await kubectl('get', 'secret', name, '-o', 'jsonpath={.metadata.uid}');
      const from = { digest: 'd', path: 'p', origin: 'o', revision: 'r' };
      secrets.push({ name, uid, keys: 1, expiresAt, ...from });
    }
    const status = JSON.stringify({ status: { secretCount: 2, secrets } });
    const patch = ['patch', 'ephemeralsecret', 'all', '--subresource=status', '--type=merge'];
    await kubectl(...patch, '-p', status);
  }

  beforeAll(async () => {
    world = await createWorld();
    const kubectl = async (...args: readonly string[]): Promise<string> =>
      await cluster().kubectl(args);
    await kubectl('apply', '--server-side', '-k', join(root, 'manifests/base'));
    await kubectl('create', 'namespace', 'shop');
    const keys = join(world.root, 'keys/shop');
    const create = ['create', 'secret', 'generic', '-n', 'shop'];
    await kubectl(...create, 'age', `--from-file=${keys}/age/keys.txt`);
    await kubectl(...create, 'git', `--from-file=${keys}/git/ca.crt`);
    await world.publish({ 'secrets/app.yaml': aManifest('app', { key: 'first' }) });
    await kubectl('apply', '-f', join(world.root, 'objects/shop.yaml'));
  }, long);

  afterAll(async () => {
    await Promise.all(running.map(async (one) => await one.end('SIGKILL')));
    await world.remove();
  }, long);

  it(
    'makes the Secrets that git describes, and follows it',
    async () => {
      const first = await start('first');
      await untilSlowly(async () => (await readSecret('app')) === 'first');
      await untilSlowly(async () => (await statusOf(first.port, '/readyz')) === 200);
      await world.publish({ 'secrets/app.yaml': aManifest('app', { key: 'second' }) });
      await untilSlowly(async () => (await readSecret('app')) === 'second');
    },
    long,
  );

  it('writes no memory into core files, nor does what it starts', async () => {
    const filter = await readFile(`/proc/${String(running[0]?.child.pid)}/coredump_filter`, 'utf8');
    expect(filter.trim()).toBe('00000000');
  });

  it(
    'repairs what is changed by hand',
    async () => {
      const data = JSON.stringify({ data: { key: 'Zm9yZWlnbg==' } });
      await cluster().kubectl(['patch', 'secret', 'app', '-n', 'shop', '-p', data]);
      await untilSlowly(async () => (await readSecret('app')) === 'second');
      await cluster().kubectl(['delete', 'secret', 'app', '-n', 'shop']);
      await untilSlowly(async () => (await readSecret('app')) === 'second');
    },
    long,
  );

  it(
    'stands by while another one leads, and takes over when that one ends',
    async () => {
      const second = await start('second');
      await untilSlowly(async () => (await statusOf(second.port, '/readyz')) === 200);
      expect(await second.readLog()).not.toContain('"leading"');
      const holder = await cluster().kubectl(lease);
      const [first] = running;
      if (first === undefined) throw new Error('there is a first one');
      expect(await first.end('SIGTERM')).toBe(0);
      await untilSlowly(async () => (await second.readLog()).includes('"leading"'));
      expect(await cluster().kubectl(lease)).not.toBe(holder);
      await world.publish({ 'secrets/app.yaml': aManifest('app', { key: 'third' }) });
      await untilSlowly(async () => (await readSecret('app')) === 'third');
    },
    long,
  );

  it(
    'lets go of what is detached, also when its objects go',
    async () => {
      const admin = ['--kubeconfig', await cluster().writeKubeconfig('admin')];
      const { code, stdout } = await world.run('detach', '-n', 'shop', '--wait', '20s', ...admin);
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout:
          'ephemeralsecret shop/all suspended\nsecret shop/app detached\n1 secrets are plain ones\n',
      });
      const goOn = JSON.stringify({ spec: { suspend: false } });
      const patch = ['patch', 'ephemeralsecret', 'all', '-n', 'shop', '--type=merge', '-p', goOn];
      await cluster().kubectl(patch);
      const read = ['get', 'ephemeralsecret', 'all', '-n', 'shop', '-o', 'json'];
      await untilSlowly(async () =>
        (await cluster().kubectl(read)).includes('MAYFLY_SINK_NOT_OWNED'),
      );
      await cluster().kubectl(['delete', 'ephemeralsecret', 'all', '-n', 'shop']);
      const leader = running.at(-1);
      await untilSlowly(async () => (await statusOf(leader?.port ?? 0, '/metrics')) === 200);
      const secret = await cluster().kubectl(['get', 'secret', 'app', '-n', 'shop', '-o', 'yaml']);
      expect(secret).not.toContain('mayfly.dev/');
      expect(await readSecret('app')).toBe('third');
    },
    long,
  );

  it(
    'ends itself when somebody else took its lead',
    async () => {
      const leader = running.at(-1);
      if (leader === undefined) throw new Error('there is one that leads');
      const taken = JSON.stringify({ spec: { holderIdentity: 'somebody-else' } });
      const patch = ['patch', 'lease', 'mayfly-controller', '-n', 'mayfly-system'];
      const exit = once(leader.child, 'exit');
      await cluster().kubectl([...patch, '--type=merge', '-p', taken]);
      expect(await exit).toEqual([75, null]);
      const lines = (await leader.readLog()).split('\n');
      expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([
        expect.stringContaining('MAYFLY_KUBE_LEASE_LOST'),
      ]);
    },
    long,
  );

  it(
    'leaves to a sweeper what is overdue while no controller lives',
    async () => {
      const past = '2026-01-01T00:00:00.000Z';
      await leaseSecret('over', past);
      await leaseSecret('runs', '2099-01-01T00:00:00.000Z');
      await listAsOverdue(['over', 'runs'], past);
      const kubeconfig = await cluster().writeKubeconfig(sweep);
      const { code, stderr } = await world.run('sweep', '--kube.kubeconfig', kubeconfig);
      expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.any(String) });
      const left = await cluster().kubectl(['get', 'secrets', '-n', 'shop', '-o', 'name']);
      expect(left).not.toContain('secret/over');
      expect(left).toContain('secret/runs');
    },
    long,
  );
});
