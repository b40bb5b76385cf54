import { beforeAll, expect } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { KubeWorld } from '#test/support/kube-world/create-kube-world.ts';
import { describeWorld, withLogs } from '#test/support/kube-world/describe-world.ts';
import { itSurvives, type FaultCase, type See } from '#test/support/kube-world/it-survives.ts';
import { inSeconds, measure } from '#test/support/kube-world/measure.ts';
import type { Replica } from '#test/support/kube-world/replica.ts';
import { untilHas } from '#test/support/kube-world/until-has.ts';
import { aSecret, aSource } from '#test/support/stage/create-stage.ts';

const setUpWithinMs = 120_000;
const minute = 60_000;
const hour = 60 * minute;
const sweptWithinMs = 30_000;
/** A leader that was killed left its Lease behind. */
const leaseMs = 16_000;
const all = 'ephemeralsecrets/all';

await describeWorld('mayfly controller after an outage', {}, (world) => {
  let replica: Replica;

  function survives(known: FaultCase, test: (see: See) => Promise<void>): void {
    itSurvives(known, async (see) => {
      await withLogs(world(), async () => await test(see));
    });
  }

  beforeAll(async () => {
    const { apply, publish, work, seal, addReplica } = world();
    await work.push({ 'kept/kept.yaml': await seal('kept', { key: 'kept' }) });
    await work.git('push', '--quiet', 'origin', 'HEAD:doomed');
    await publish({ app: { key: 'first' }, old: { key: 'first' } });
    await apply([
      aSource(world(), 'repo', { interval: '1s' }),
      aSource(world(), 'doomed', { interval: '1s', ref: { branch: 'doomed' } }),
      aSecret('all', { ttl: '1h' }),
    ]);
    replica = await addReplica('only');
    await replica.start();
    await withLogs(world(), async () => {
      await untilHas(world(), ['app', 'old'], 'first');
    });
  }, setUpWithinMs);

  survives(
    {
      id: 'F9',
      fault: 'the clock of the controller set',
      deed: '2 h on, then 2 h back, then right again',
    },
    async (see) => {
      const { readCondition, readSecrets, readEvents } = world();
      const before = await readSecrets();
      for (const aheadMs of [2 * hour, -2 * hour]) {
        replica.setClock(aheadMs);
        const took = await measure('ClockSkew', async () => {
          return (await readCondition(all, 'ClockSkew'))?.status === 'True';
        });
        await delay(5000);
        expect(uidsOf(await readSecrets())).toEqual(uidsOf(before));
        see(`${aheadMs / hour} h: ClockSkew after ${inSeconds(took)}, nothing deleted`);
        replica.setClock(0);
        await measure('no ClockSkew', async () => (await readCondition(all, 'ClockSkew')) === null);
      }
      const untilMs = ((await readSecrets()).get('app')?.expiresAt ?? 0) - Date.now();
      see(`then the lease ends in ${(untilMs / hour).toFixed(2)} h of 1 h`);
      expect(untilMs).toBeLessThanOrEqual(hour + 60_000);
      expect(untilMs).toBeGreaterThan(hour / 3 - 60_000);
      expect((await readEvents()).map(({ reason }) => reason)).not.toContain('Expired');
    },
  );

  survives(
    {
      id: 'git outage',
      fault: 'the git host unreachable for longer than the leases',
      deed: 'for 30 s, with leases of 10 s',
    },
    async (see) => {
      const { apply, work, seal, gitProxy, readSecrets, remove } = world();
      await work.push({
        'short/short.yaml': await seal('short', { key: 'short' }),
        'strict/strict.yaml': await seal('strict', { key: 'strict' }),
      });
      await apply([
        aSecret('short', { path: 'short', ttl: '10s' }),
        aSecret('strict', { path: 'strict', ttl: '10s', maxStale: '0s' }),
      ]);
      await untilHas(world(), ['short'], 'short');
      await untilHas(world(), ['strict'], 'strict');
      const { uid } = (await readSecrets()).get('short') ?? {};
      gitProxy.setFault({ kind: 'reset' });
      await delay(30_000);
      const during = await readSecrets();
      gitProxy.setFault({ kind: 'none' });
      expect(during.get('short')?.uid).toBe(uid);
      expect(during.has('strict')).toBe(false);
      see('the lease is extended; with maxStale: 0s the Secret is gone');
      await untilHas(world(), ['strict'], 'strict');
      see('and is back when the host is');
      await remove('EphemeralSecret', 'short');
      await remove('EphemeralSecret', 'strict');
    },
  );

  survives(
    {
      id: 'F2',
      fault: 'no controller running',
      deed: 'SIGKILL, and nobody for 10 min by every clock while a lease of 2 min ends',
    },
    async (see) => {
      const { apply, readSecrets } = world();
      await apply([aSecret('brief', { path: 'kept', ttl: '2m', lifetime: 'Once' })]);
      await untilHas(world(), ['kept'], 'kept');
      const before = await readSecrets();
      await replica.end('SIGKILL');
      moveClocks(replica, 10 * minute);
      await delay(5000);
      expect(uidsOf(await readSecrets())).toEqual(uidsOf(before));
      await replica.start();
      const took = await measure('swept', async () => !(await readSecrets()).has('kept'));
      see(`all stayed; the overdue one is gone ${inSeconds(took)} after the start`);
      expect(took).toBeLessThanOrEqual(leaseMs + sweptWithinMs);
      expect((await readSecrets()).get('app')?.uid).toBe(before.get('app')?.uid);
    },
  );

  survives(
    {
      id: 'etcd restored',
      fault: 'a snapshot of etcd put back',
      deed: 'between them a value changed, a file came and a file went',
    },
    async (see) => {
      const { cluster, publish, readSecrets } = world();
      const snapshot = await cluster.takeSnapshot();
      await publish({ app: { key: 'second' }, old: null, fresh: { key: 'second' } });
      await untilHas(world(), ['app', 'fresh'], 'second');
      await measure('old is gone', async () => !(await readSecrets()).has('old'));
      const { uid } = (await readSecrets()).get('app') ?? {};
      await cluster.restoreSnapshot(snapshot);
      const took = await untilHas(world(), ['app', 'fresh'], 'second');
      await measure('old is gone again', async () => !(await readSecrets()).has('old'));
      see(
        `as git says ${inSeconds(took)} after the restore; ended ${replica.crashes.length} times`,
      );
      expect((await readSecrets()).get('app')?.uid).toBe(uid);
    },
  );

  survives(
    {
      id: 'F22',
      fault: 'everything down, for 3 h by every clock',
      deed: 'etcd, API server and controller end and start; leases of 1 h',
    },
    async (see) => {
      const { cluster, apply, work, readSecrets } = world();
      await apply([aSecret('once', { path: 'kept', ttl: '1h', lifetime: 'Once' })]);
      await untilHas(world(), ['kept'], 'kept');
      const { uid } = (await readSecrets()).get('app') ?? {};
      await replica.end('SIGKILL');
      await cluster.hibernate();
      await work.git('push', '--quiet', 'origin', ':doomed');
      moveClocks(replica, 3 * hour);
      const began = performance.now();
      await cluster.wake();
      await replica.start();
      await measure('what is over is gone', async () => !(await readSecrets()).has('kept'));
      const renewed = await measure('what is wanted is renewed', async () => {
        return ((await readSecrets()).get('app')?.expiresAt ?? 0) > Date.now() + 3 * hour;
      });
      const took = performance.now() - began;
      const secrets = await readSecrets();
      see(`after ${inSeconds(took)}: Once is gone, the Continuous ones are renewed in place`);
      expect(renewed).toBeLessThanOrEqual(60_000);
      expect(took).toBeLessThanOrEqual(180_000);
      expect(secrets.get('app')?.uid).toBe(uid);
      expect([...secrets.keys()].toSorted()).toEqual(['app', 'fresh']);
    },
  );
});

/** That of the controller, and that of the API server as it sees it. */
function moveClocks(replica: Replica, aheadMs: number): void {
  replica.setClock(aheadMs);
  replica.proxy.setDate((date) => new Date(date.getTime() + aheadMs).toUTCString());
}

function uidsOf(secrets: Awaited<ReturnType<KubeWorld['readSecrets']>>): object {
  return Object.fromEntries(Array.from(secrets.values(), ({ name, uid }) => [name, uid]));
}
