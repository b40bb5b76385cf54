import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { root } from '#test/support/arch/source-files.ts';
import type { KubeWorld } from '#test/support/kube-world/create-kube-world.ts';
import { describeWorld, expectNoCrash, withLogs } from '#test/support/kube-world/describe-world.ts';
import { measure } from '#test/support/kube-world/measure.ts';
import { aSecret, aSource } from '#test/support/stage/create-stage.ts';

const long = 180_000;
const options = { controllers: true };
const controller = 'mayfly-system:mayfly-controller';

function aFile(name: string, change: object = {}): ReturnType<typeof aSecret> {
  return aSecret(name, { path: `secrets/${name}.yaml`, ...change });
}

async function makePod(world: KubeWorld, name: string, secret: object): Promise<void> {
  const containers = [{ name: 'c', image: 'registry.test/app' }];
  const body = { metadata: { name }, spec: { containers, volumes: [{ name: 'v', secret }] } };
  const { cluster } = world;
  const made = await cluster.request({ path: '/api/v1/namespaces/shop/pods', body });
  expect(made).toMatchObject({ status: 201 });
}

async function hasSecret(world: KubeWorld, name: string): Promise<boolean> {
  const path = `/api/v1/namespaces/shop/secrets/${name}`;
  return (await world.cluster.request({ path })).status === 200;
}

/** Looks every few milliseconds, for what is measured. */
async function untilThere(world: KubeWorld, name: string): Promise<number> {
  const started = performance.now();
  while (!(await hasSecret(world, name))) {
    if (performance.now() - started > 30_000) throw new Error(`no Secret ${name}`);
    await delay(5);
  }
  return performance.now() - started;
}

async function messageOf(world: KubeWorld, name: string): Promise<string> {
  return (await world.readCondition(`ephemeralsecrets/${name}`, 'Ready'))?.message ?? '';
}

async function applyFeatures(world: KubeWorld): Promise<void> {
  for (const feature of ['while-in-use', 'restart', 'service-accounts']) {
    const file = join(root, 'manifests/components', feature, 'rbac.yaml');
    await world.kubectl('apply', '-f', file);
  }
}

/** With the closed defaults nothing may be restarted. */
async function allowRestarts({ cluster }: KubeWorld): Promise<void> {
  const policy = {
    apiVersion: 'mayfly.dev/v1alpha1',
    kind: 'TenantPolicy',
    metadata: { name: 'shop' },
    spec: { namespaceSelector: { matchNames: ['shop'] }, restart: ['deployment/web'] },
  };
  await cluster.kubectl(['apply', '-f', '-'], { stdin: JSON.stringify(policy) });
}

await describeWorld('Secrets on demand', options, (world) => {
  beforeAll(async () => {
    await applyFeatures(world());
    await world().apply([aSource(world(), 'repo', { interval: '1s' })]);
    const names = ['used', 'rolled', 'written', 'taken'];
    await world().publish(Object.fromEntries(names.map((name) => [name, { key: 'first' }])));
    await allowRestarts(world());
    const replica = await world().addReplica('one');
    await replica.start();
  }, long);

  it(
    'are there for a pod within a second, and gone after it',
    async () => {
      await withLogs(world(), async () => {
        await world().apply([aFile('used', { lifetime: 'WhileInUse', linger: '2s' })]);
        await measure('it is known', async () =>
          (await messageOf(world(), 'used')).startsWith('no pod'),
        );
        const times: number[] = [];
        for (const pod of ['one', 'two', 'three']) {
          expect(await hasSecret(world(), 'used')).toBe(false);
          await makePod(world(), pod, { secretName: 'used' });
          times.push(await untilThere(world(), 'used'));
          await world().kubectl('delete', 'pod', pod, '-n', 'shop', '--force', '--grace-period=0');
          await measure('it is gone', async () => !(await hasSecret(world(), 'used')), 20_000);
        }
        process.stderr.write(
          `pod created → Secret present: ${times.map(Math.round).join(', ')} ms\n`,
        );
        expect(Math.min(...times)).toBeLessThan(1_000);
      });
    },
    long,
  );

  it(
    'are told of when a pod may start without them',
    async () => {
      await makePod(world(), 'careless', { secretName: 'used', optional: true });
      await measure('the condition is there', async () => {
        const found = await world().readCondition('ephemeralsecrets/used', 'OptionalReference');
        return found?.status === 'True';
      });
    },
    long,
  );

  it(
    'restart a workload when they change, once',
    async () => {
      await withLogs(world(), async () => {
        const { kubectl } = world();
        await kubectl('create', 'deployment', 'web', '--image=registry.test/app', '-n', 'shop');
        await world().apply([aFile('rolled', { restart: ['deployment/web'] })]);
        await measure('it is there', async () => await hasSecret(world(), 'rolled'));
        const generation = [
          'get',
          'deployment',
          'web',
          '-n',
          'shop',
          '-o',
          'jsonpath={.metadata.generation}',
        ];
        expect(await kubectl(...generation)).toBe('1');
        await world().publish({ rolled: { key: 'second' } });
        await measure('it is rolled', async () => (await kubectl(...generation)) === '2');
        await delay(2_000);
        expect(await kubectl(...generation)).toBe('2');
      });
    },
    long,
  );

  it(
    'take over what was there before',
    async () => {
      const { kubectl } = world();
      await kubectl(
        'create',
        'secret',
        'generic',
        'taken',
        '--from-literal=other=theirs',
        '-n',
        'shop',
      );
      await world().apply([aFile('taken')]);
      await measure('it is refused', async () =>
        (await messageOf(world(), 'taken')).includes('did not make'),
      );
      await world().apply([aFile('taken', { target: { manifests: { ownership: 'Adopt' } } })]);
      await measure('it is ours', async () => {
        const values = await world().readValues('taken');
        return JSON.stringify(values) === JSON.stringify({ key: 'first' });
      });
    },
    long,
  );

  describe('of a ServiceAccount', () => {
    const account = 'shop:deployer';

    async function bind(): Promise<void> {
      const { kubectl } = world();
      const inShop = ['-n', 'shop'];
      await kubectl('create', 'serviceaccount', 'deployer', ...inShop);
      const act = ['--verb=impersonate', '--resource=serviceaccounts', '--resource-name=deployer'];
      await kubectl('create', 'role', 'act', ...act, ...inShop);
      await kubectl(
        'create',
        'rolebinding',
        'act',
        '--role=act',
        `--serviceaccount=${controller}`,
        ...inShop,
      );
      const write = ['--verb=create,patch,delete', '--resource=secrets'];
      await kubectl('create', 'role', 'write', ...write, ...inShop);
      await kubectl(
        'create',
        'rolebinding',
        'write',
        '--role=write',
        `--serviceaccount=${account}`,
        ...inShop,
      );
    }

    it(
      'are written by it, and run out when it loses the right',
      async () => {
        await withLogs(world(), async () => {
          await bind();
          await world().apply([aFile('written', { serviceAccountName: 'deployer', ttl: '10s' })]);
          await measure('it is there', async () => await hasSecret(world(), 'written'));
          await delay(8_000);
          expect(await hasSecret(world(), 'written')).toBe(true);
          await world().kubectl('delete', 'rolebinding', 'write', '-n', 'shop');
          await measure('it is gone', async () => !(await hasSecret(world(), 'written')), 15_000);
          const message = await messageOf(world(), 'written');
          expect(message).toContain('system:serviceaccount:shop:deployer');
        });
      },
      long,
    );
  });

  it(
    'go with their namespace in good order',
    async () => {
      await withLogs(world(), async () => {
        const shop = { path: '/api/v1/namespaces/shop' };
        await world().kubectl('delete', 'namespace', 'shop', '--wait=false');
        const took = await measure(
          'it is gone',
          async () => (await world().cluster.request(shop)).status === 404,
          90_000,
        );
        process.stderr.write(`namespace deleted after ${Math.round(took)} ms\n`);
        const log = (await world().replicas[0]?.readLog()) ?? '';
        expect(log).not.toContain('"level":"error"');
        expectNoCrash(world());
      });
    },
    long,
  );
});
