import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { controllerUser } from '#test/support/kube-world/replica.ts';
import { describeWorld, expectNoCrash, withLogs } from '#test/support/kube-world/describe-world.ts';
import { aSecret, aSource } from '#test/support/stage/create-stage.ts';
import { aPod } from '#test/support/webhook/pods.ts';
import { untilSlowly } from '#test/support/until.ts';
import {
  applyManifests,
  pointWebhooks,
  webhookUser,
} from '#test/support/webhook/webhook-on-cluster.ts';
import { startWebhook, type RunningWebhook } from '#test/support/webhook/running-webhook.ts';

const long = 180_000;
const pods = '/api/v1/namespaces/shop/pods';
const waiting = { 'mayfly.dev/wait-for-secrets': 'true' };
const container = { name: 'app', image: 'registry.test/app:1' };

interface PodView {
  readonly metadata: { readonly labels?: Record<string, string> };
  readonly spec: { readonly schedulingGates?: readonly { readonly name: string }[] };
}

function reading(secret: string): object {
  const secretKeyRef = { name: secret, key: 'key', optional: true };
  return { containers: [{ ...container, env: [{ name: 'KEY', valueFrom: { secretKeyRef } }] }] };
}

await describeWorld('pods that wait for Secrets', { users: [webhookUser] }, (world) => {
  let webhook: RunningWebhook;

  async function createPod(name: string, spec: object): Promise<PodView> {
    const { cluster } = world();
    const answer = await cluster.request({ path: pods, body: aPod(name, waiting, spec) });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body as PodView;
  }

  async function readPod(name: string): Promise<PodView> {
    return (await world().cluster.request({ path: `${pods}/${name}` })).body as PodView;
  }

  async function hasSecret(name: string): Promise<boolean> {
    const path = `/api/v1/namespaces/shop/secrets/${name}`;
    return (await world().cluster.request({ path })).status === 200;
  }

  async function untilLifted(name: string): Promise<number> {
    const began = performance.now();
    while ((await readPod(name)).spec.schedulingGates !== undefined) {
      if (performance.now() - began > 60_000) throw new Error(`${name} is gated still`);
      await delay(5);
    }
    return performance.now() - began;
  }

  beforeAll(async () => {
    const { cluster, root, apply, publish, addReplica } = world();
    await applyManifests(cluster, ['webhook', 'while-in-use']);
    const folder = join(root, 'webhook');
    await mkdir(folder);
    webhook = await startWebhook({
      folder,
      kubeconfig: await cluster.writeKubeconfig(webhookUser),
    });
    await pointWebhooks(cluster, webhook);
    await publish({ db: { key: 'value' }, late: { key: 'value' } });
    await apply([
      aSource(world(), 'repo', { interval: '1s' }),
      aSecret('db', { path: 'secrets/db.yaml', lifetime: 'WhileInUse', linger: '5s' }),
    ]);
    const replica = await addReplica('only');
    await replica.start();
    const ready = async (): Promise<boolean> =>
      (await world().readCondition('ephemeralsecrets/db', 'Ready'))?.status === 'True';
    await untilSlowly(ready);
  }, long);

  afterAll(async () => {
    await webhook.end('SIGKILL');
  });

  it(
    'are gated until the Secret is there, and no longer',
    async () => {
      await withLogs(world(), async () => {
        expect(await hasSecret('db')).toBe(false);
        const took: number[] = [];
        for (const name of ['one', 'two', 'three', 'four', 'five']) {
          const { spec, metadata } = await createPod(name, reading('db'));
          expect(spec.schedulingGates).toEqual([{ name: 'mayfly.dev/secrets' }]);
          expect(metadata.labels).toEqual({ 'mayfly.dev/gated': 'true' });
          took.push(await untilLifted(name));
          expect(await hasSecret('db')).toBe(true);
          expect((await readPod(name)).metadata.labels).toBeUndefined();
        }
        const [first = 0, ...rest] = took.map(Math.round);
        process.stderr.write(`created -> lifted: ${first} ms, then ${rest.join(', ')} ms\n`);
        expectNoCrash(world());
      });
    },
    long,
  );

  it('keep the gates of others', async () => {
    const schedulingGates = [{ name: 'example.com/quota' }];
    await createPod('two-gates', { ...reading('db'), schedulingGates });
    const isLifted = async (): Promise<boolean> =>
      (await readPod('two-gates')).spec.schedulingGates?.length === 1;
    await untilSlowly(isLifted);
    expect((await readPod('two-gates')).spec.schedulingGates).toEqual(schedulingGates);
  });

  it('are let go at once for Secrets that are not made on demand', async () => {
    // What files make is known to the controller alone, so the webhook gates it.
    const { spec } = await createPod('plain', reading('somebody-elses'));
    expect(spec.schedulingGates).toHaveLength(1);
    expect(await untilLifted('plain')).toBeLessThan(5000);
    const none = { containers: [container] };
    expect((await createPod('none', none)).spec.schedulingGates).toBeUndefined();
  });

  it('are let go when what would make the Secret is gone', async () => {
    const { apply, remove } = world();
    await apply([
      aSecret('never', {
        path: 'none.yaml',
        lifetime: 'WhileInUse',
        target: { secret: { name: 'never', from: 'dotenv' } },
      }),
    ]);
    const isGated = async (): Promise<boolean> => {
      const dry = { path: `${pods}?dryRun=All`, body: aPod('x', waiting, reading('never')) };
      const { body } = await world().cluster.request(dry);
      return (body as PodView).spec.schedulingGates !== undefined;
    };
    await untilSlowly(isGated);
    await createPod('left', reading('never'));
    await delay(1000);
    expect((await readPod('left')).spec.schedulingGates).toHaveLength(1);
    await remove('EphemeralSecret', 'never');
    await untilLifted('left');
  });

  it('are changed by the controller in nothing else', async () => {
    const { cluster } = world();
    const spec = { containers: [{ ...container, image: 'registry.test/forged:1' }] };
    const metadata = { labels: { 'mayfly.dev/x': 'y' } };
    for (const body of [{ spec }, { metadata }, { metadata: { annotations: { a: 'b' } } }]) {
      const contentType = 'application/strategic-merge-patch+json';
      const request = { path: `${pods}/one`, method: 'PATCH', body, contentType };
      expect(await cluster.request(request)).toMatchObject({ status: 200 });
      const forged = JSON.parse(
        JSON.stringify(body).replace('forged', 'other').replace('"y"', '"z"').replace('"b"', '"c"'),
      ) as object;
      const answer = await cluster.request({ ...request, body: forged, user: controllerUser });
      expect(answer).toMatchObject({ status: 403 });
    }
  });
});
