import { afterAll, beforeAll, expect } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import {
  answerStatus,
  everyNth,
  isFor,
  isList,
  isWrite,
  type RequestRule,
  type SeenRequest,
} from '#test/support/cluster/faults/faults.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import type { KubeWorld } from '#test/support/kube-world/create-kube-world.ts';
import { describeWorld, withLogs } from '#test/support/kube-world/describe-world.ts';
import { faultSizes } from '#test/support/kube-world/fault-sizes.ts';
import { itSurvives, type FaultCase, type See } from '#test/support/kube-world/it-survives.ts';
import { inSeconds } from '#test/support/kube-world/measure.ts';
import { readCpuMs } from '#test/support/kube-world/read-usage.ts';
import type { Replica } from '#test/support/kube-world/replica.ts';
import { untilHas } from '#test/support/kube-world/until-has.ts';
import { watchLeases, type LeaseWatch } from '#test/support/kube-world/watch-leases.ts';
import { aSecret, aSource } from '#test/support/stage/create-stage.ts';

const setUpWithinMs = 120_000;
const { stormMs, goneMs } = faultSizes;
/** After this the lead is lost and somebody stands by again. */
const untilStandingByMs = 18_000;
const names = Array.from({ length: 20 }, (_, index) => `many-${index}`);
const isOnSecret = (request: SeenRequest): boolean => isWrite(request) && isFor('secrets')(request);
/** Of a leader that could not renew its Lease, as `EX_TEMPFAIL`. */
const leaseLostExit = 75;

await describeWorld('mayfly controller and a broken API server', {}, (world) => {
  let replica: Replica;
  let leases: LeaseWatch;

  function survives(known: FaultCase, test: (see: See) => Promise<void>): void {
    itSurvives(known, async (see) => {
      await withLogs(world(), async () => {
        replica.proxy.forgetRequests();
        await test(see).finally(() => replica.proxy.heal());
        expect(leases.faults).toEqual([]);
      });
    });
  }

  beforeAll(async () => {
    const { apply, publish, addReplica } = world();
    await publish({ app: { key: 'first' }, other: { key: 'first' } });
    await apply([aSource(world(), 'repo', { interval: '1s' }), aSecret('all', { ttl: '5m' })]);
    replica = await addReplica('only');
    await replica.start();
    await withLogs(world(), async () => {
      await untilHas(world(), ['app', 'other'], 'first');
    });
    leases = watchLeases(world());
  }, setUpWithinMs);

  afterAll(async () => await leases?.stop());

  survives(
    {
      id: 'F19',
      fault: 'a managed Secret changed by hand',
      deed: '4 edits and a deletion, then somebody who edits after each repair',
    },
    async (see) => {
      const { kubectl, readEvents } = world();
      const took: number[] = [];
      for (let count = 0; count < 4; count += 1) {
        await edit(world(), 'app');
        took.push(await untilHas(world(), ['app'], 'first'));
      }
      leases.allow('app');
      await kubectl('delete', 'secret', 'app', '-n', 'shop');
      took.push(await untilHas(world(), ['app'], 'first'));
      see(`repaired after ${took.map(inSeconds).join(', ')}`);
      replica.proxy.forgetRequests();
      const enough = performance.now() + 12_000;
      while (performance.now() < enough) {
        if ((await world().readValues('other'))?.['key'] === 'first') await edit(world(), 'other');
        await delay(100);
      }
      const repairs = replica.proxy.requests.filter(
        ({ method, path }) => method !== 'GET' && path.endsWith('/secrets/other'),
      ).length;
      see(`${repairs} repairs in 12 s of a fight`);
      expect(repairs).toBeLessThanOrEqual(8);
      expect((await readEvents()).map(({ reason }) => reason)).toContain('Contested');
      await untilHas(world(), ['other'], 'first');
    },
  );

  survives({ id: 'F7', fault: '409 on every 2nd write', deed: '20 new files' }, async (see) => {
    const { proxy } = replica;
    proxy.onRequest(everyNth(2, isOnSecret, answerStatus(409)));
    await publishMany(world(), 'a');
    const took = await untilHas(world(), names, 'a');
    const writes = proxy.requests.filter(isOnSecret).length;
    see(`all there after ${inSeconds(took)}, ${writes} writes of Secrets`);
    proxy.heal();
    expect(writes).toBeLessThanOrEqual(80);
  });

  survives(
    {
      id: 'F6',
      fault: 'a storm of 429 and 500',
      deed: `20 changed files, for ${stormMs / 1000} s half of all requests fail`,
    },
    async (see) => {
      const { proxy } = replica;
      await publishMany(world(), 'b');
      const calmMs = await untilHas(world(), names, 'b');
      const calm = countNoLease(proxy.requests) / calmMs;
      proxy.forgetRequests();
      const storm = createStorm();
      proxy.onRequest(storm.rule);
      await publishMany(world(), 'c');
      await delay(stormMs);
      const total = countNoLease(proxy.requests);
      proxy.heal();
      const took = await untilHas(world(), names, 'c');
      see(`${total} requests, ${storm.refused} of them refused`);
      see(`${storm.tooSoon} within the time of a Retry-After`);
      see(`all there ${inSeconds(took)} after the storm`);
      expect(total / stormMs).toBeLessThanOrEqual(2 * calm);
      expect(storm.tooSoon).toBe(0);
    },
  );

  survives(
    {
      id: 'F5',
      fault: '410 Gone within a watch',
      deed: 'events are lost, a Secret is deleted, then every watch ends with 410',
    },
    async (see) => {
      const { proxy } = replica;
      const stopDropping = proxy.onEvent(() => ({ kind: 'drop' }));
      leases.allow('many-0');
      await world().kubectl('delete', 'secret', 'many-0', '-n', 'shop');
      await delay(500);
      proxy.forgetRequests();
      stopDropping();
      proxy.breakWatches({ kind: 'error', status: 410 });
      const took = await untilHas(world(), ['many-0'], 'c');
      await delay(Math.max(0, 10_000 - took));
      const lists = proxy.requests.filter(isList);
      const most = Math.max(...countBy(lists.map(({ path }) => path)).values());
      see(`back after ${inSeconds(took)}, at most ${most} lists of a kind in 10 s`);
      expect(most).toBeLessThanOrEqual(3);
    },
  );

  survives(
    {
      id: 'F3',
      fault: 'the API server gone',
      deed: `every connection is reset for ${goneMs / 1000} s`,
    },
    async (see) => {
      const { proxy } = replica;
      await world().publish({ app: { key: 'meanwhile' } });
      proxy.forgetRequests();
      leases.setManned(false);
      const heal = proxy.onRequest(() => ({ kind: 'reset' }));
      proxy.breakWatches({ kind: 'cut' });
      // It leads on for a while, then ends, as it must not write; the next one stands by, however long.
      await delay(untilStandingByMs);
      const { pid } = replica;
      const before = readCpuMs(pid);
      await delay(goneMs - untilStandingByMs);
      const cpu = (readCpuMs(pid) - before) / ((goneMs - untilStandingByMs) / 1000);
      expect(replica.pid).toBe(pid);
      expect(replica.crashes).toEqual([leaseLostExit]);
      expect(await replica.ask('/healthz')).toBe(200);
      expect(await replica.ask('/readyz')).toBe(503);
      const reads = proxy.requests.filter((request) => request.isWatch || isList(request));
      const most = Math.max(...countBy(reads.map(({ path }) => path)).values()) / (goneMs / 1000);
      see(`ended once, for its lead was lost; not ready; ${cpu.toFixed(0)} ms CPU/s`);
      see(`at most ${most.toFixed(1)} lists and watches of a kind a second`);
      heal();
      leases.setManned(true);
      const took = await untilHas(world(), ['app'], 'meanwhile');
      see(`works again ${inSeconds(took)} after it is back`);
      expect(took).toBeLessThanOrEqual(60_000);
      expect(most).toBeLessThanOrEqual(1);
      expect(cpu).toBeLessThanOrEqual(50);
    },
  );
});

async function publishMany(world: KubeWorld, value: string): Promise<void> {
  await world.publish(Object.fromEntries(names.map((name) => [name, { key: value }])));
}

/** As a person with kubectl does. */
async function edit({ cluster }: KubeWorld, name: string): Promise<void> {
  const path = `/api/v1/namespaces/shop/secrets/${name}`;
  const body = { data: { key: 'Zm9yZWlnbg==' } };
  const contentType = 'application/merge-patch+json';
  await cluster.request({ method: 'PATCH', path, body, contentType });
}

function countBy(all: readonly string[]): ReadonlyMap<string, number> {
  const groups = Map.groupBy(all, (each) => each);
  return new Map(Array.from(groups, ([name, { length }]) => [name, length]));
}

function countNoLease(requests: readonly SeenRequest[]): number {
  return requests.filter((request) => !isFor('leases')(request)).length;
}

interface Storm {
  readonly rule: RequestRule;
  readonly refused: number;
  /** Requests in the time that a 429 asked for, but for those that were under way already. */
  readonly tooSoon: number;
}

/** Half of the requests fail, by 429 or 500. The election is left alone. */
function createStorm(): Storm {
  const random = createFakeRandom(6);
  const counts = { refused: 0, tooSoon: 0 };
  let askedAt = Number.NEGATIVE_INFINITY;
  return {
    get refused() {
      return counts.refused;
    },
    get tooSoon() {
      return counts.tooSoon;
    },
    rule: (request) => {
      if (isFor('leases')(request)) return null;
      const since = performance.now() - askedAt;
      if (since > 200 && since < 900) counts.tooSoon += 1;
      const fate = random.fraction();
      if (fate < 0.5) return null;
      counts.refused += 1;
      if (fate < 0.75) return answerStatus(500);
      askedAt = performance.now();
      return answerStatus(429, 1);
    },
  };
}
