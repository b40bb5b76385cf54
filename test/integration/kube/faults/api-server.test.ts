import { afterAll, beforeAll, expect } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import {
  answerStatus,
  everyNth,
  isFor,
  isList,
  isWatch,
  isWrite,
} from '#test/support/cluster/faults/faults.ts';
import type { KubeWorld } from '#test/support/kube-world/create-kube-world.ts';
import { describeWorld, withLogs } from '#test/support/kube-world/describe-world.ts';
import { itSurvives, type FaultCase, type See } from '#test/support/kube-world/it-survives.ts';
import { inSeconds, measure } from '#test/support/kube-world/measure.ts';
import type { Replica } from '#test/support/kube-world/replica.ts';
import { watchLeases, type LeaseWatch } from '#test/support/kube-world/watch-leases.ts';
import { aSecret, aSource } from '#test/support/stage/create-stage.ts';

const setUpWithinMs = 120_000;
const many = Array.from({ length: 20 }, (_, index) => `many-${index}`);

await describeWorld('mayfly controller and a broken API server', {}, (world) => {
  let replica: Replica;
  let leases: LeaseWatch;

  function survives(known: FaultCase, test: (see: See) => Promise<void>): void {
    itSurvives(known, async (see) => await withLogs(world(), async () => await test(see)));
  }

  async function untilHas(name: string, value: string, withinMs?: number): Promise<number> {
    return await measure(
      `${name} is ${value}`,
      async () => (await world().readValues(name))?.['key'] === value,
      withinMs,
    );
  }

  beforeAll(async () => {
    const { apply, publish, addReplica } = world();
    await publish({ app: { key: 'first' } });
    await apply([aSource(world(), 'repo', { interval: '1s' }), aSecret('all', { ttl: '15s' })]);
    replica = await addReplica('only');
    await replica.start();
    await untilHas('app', 'first');
    leases = watchLeases(world());
  }, setUpWithinMs);

  afterAll(async () => await leases.stop());

  survives(
    {
      id: 'F19',
      fault: 'a managed Secret edited and deleted by hand',
      deed: '10 edits, 1 deletion',
    },
    async (see) => {
      const took: number[] = [];
      for (let count = 0; count < 3; count += 1) {
        await edit(world());
        took.push(await untilHas('app', 'first', 10_000));
        await delay(1500);
      }
      see(took.map(inSeconds).join());
    },
  );

  survives({ id: 'F7', fault: '409 on every 2nd write', deed: '20 new files' }, async (see) => {
    const { proxy } = replica;
    proxy.forgetRequests();
    proxy.onRequest(
      everyNth(2, (request) => isWrite(request) && isFor('secrets')(request), answerStatus(409)),
    );
    await publishMany(world(), 'a');
    const took = await untilMany(world(), 'a');
    see(
      `all 20 there after ${inSeconds(took)}, with ${proxy.requests.filter(isWrite).length} writes`,
    );
    proxy.heal();
  });
});

async function edit({ cluster }: KubeWorld): Promise<void> {
  const path = '/api/v1/namespaces/shop/secrets/app';
  const body = { data: { key: 'Zm9yZWlnbg==' } };
  const contentType = 'application/merge-patch+json';
  await cluster.request({ method: 'PATCH', path, body, contentType });
}

async function publishMany(world: KubeWorld, value: string): Promise<void> {
  await world.publish(Object.fromEntries(many.map((name) => [name, { key: value }])));
}

async function untilMany(world: KubeWorld, value: string): Promise<number> {
  return await measure(`all are ${value}`, async () => {
    const secrets = await world.readSecrets();
    return many.every((name) => secrets.get(name)?.values['key'] === value);
  });
}
