import { afterAll, beforeAll, expect } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { isFor, isWrite, type SeenRequest } from '#test/support/cluster/faults/faults.ts';
import type { KubeWorld } from '#test/support/kube-world/create-kube-world.ts';
import { describeWorld, withLogs } from '#test/support/kube-world/describe-world.ts';
import { itSurvives, type FaultCase, type See } from '#test/support/kube-world/it-survives.ts';
import { inSeconds, measure } from '#test/support/kube-world/measure.ts';
import { isChange, readAuditLog } from '#test/support/kube-world/read-audit-log.ts';
import type { Replica } from '#test/support/kube-world/replica.ts';
import { untilHas } from '#test/support/kube-world/until-has.ts';
import { watchLeases, type LeaseWatch } from '#test/support/kube-world/watch-leases.ts';
import { aSecret, aSource } from '#test/support/stage/create-stage.ts';

const setUpWithinMs = 120_000;
const takeOverWithinMs = 20_000;
/** Of a leader that could not renew its Lease, as `EX_TEMPFAIL`. */
const leaseLostExit = 75;
const names = Array.from({ length: 20 }, (_, index) => `many-${index}`);
const isSecretWrite = (request: SeenRequest): boolean =>
  isWrite(request) && isFor('secrets')(request);

await describeWorld('two of mayfly controller', { audit: true }, (world) => {
  let leases: LeaseWatch;

  function survives(known: FaultCase, test: (see: See) => Promise<void>): void {
    itSurvives(known, async (see) => {
      await withLogs(world(), async () => {
        for (const replica of world().replicas) {
          if (!replica.isRunning) await replica.start();
          await untilReady(replica);
        }
        await test(see).finally(() => {
          for (const { proxy } of world().replicas) proxy.heal();
        });
        expect(leases.faults).toEqual([]);
      });
    });
  }

  beforeAll(async () => {
    const { apply, publish, addReplica } = world();
    await publish({ app: { key: 'first' } });
    await apply([aSource(world(), 'repo', { interval: '1s' }), aSecret('all', { ttl: '5m' })]);
    const replicas = [await addReplica('one'), await addReplica('two')];
    for (const replica of replicas) await replica.start();
    await withLogs(world(), async () => {
      await untilHas(world(), ['app'], 'first');
      for (const replica of replicas) await untilReady(replica);
    });
    leases = watchLeases(world());
  }, setUpWithinMs);

  afterAll(async () => await leases?.stop());

  survives(
    { id: 'F1', fault: 'the leader killed', deed: 'SIGKILL while it writes 20 Secrets' },
    async (see) => {
      const { leader, other } = await findLeader(world());
      await publishMany(world(), 'a');
      await measure('it writes', () => leader.proxy.requests.some(isSecretWrite));
      const written = leader.proxy.requests.filter(isSecretWrite).length;
      await leader.end('SIGKILL');
      const took = await untilLeads(other);
      await untilHas(world(), names, 'a');
      const audit = [...(await readAudit(world(), leader)), ...(await readAudit(world(), other))];
      const created = audit.filter(({ verb, code }) => verb === 'create' && code === 201);
      see(`killed after ${written} writes; the other one leads after ${inSeconds(took)}`);
      see(`${created.length} Secrets were created ${created.length} times in all`);
      expect(took).toBeLessThanOrEqual(takeOverWithinMs);
      expect(created).toHaveLength(names.length + 1);
    },
  );

  survives(
    {
      id: 'F8',
      fault: 'the leader paused',
      deed: 'SIGSTOP past its Lease with a write on its way; the other one goes on; SIGCONT',
    },
    async (see) => {
      const { leader, other } = await findLeader(world());
      const arrival = Promise.withResolvers<void>();
      let held = 0;
      leader.proxy.onRequest((request) => {
        if (!isSecretWrite(request)) return null;
        held += 1;
        return { kind: 'hold', until: arrival.promise };
      });
      await world().publish({ app: { key: 'b' } });
      await measure('a write is on its way', () => held > 0);
      leader.signal('SIGSTOP');
      const took = await untilLeads(other);
      await untilHas(world(), ['app'], 'b');
      await world().publish({ app: { key: 'c' } });
      await untilHas(world(), ['app'], 'c');
      const takenOverAt = new Date().toISOString();
      arrival.resolve();
      leader.proxy.forgetRequests();
      leader.signal('SIGCONT');
      await measure('the old one ends', () => leader.crashes.length > 0);
      await delay(5000);
      const late = (await readAudit(world(), leader)).filter(({ at }) => at > takenOverAt);
      const repairs = (await readAudit(world(), other)).filter(({ at }) => at > takenOverAt);
      const sent = leader.proxy.requests.filter(isSecretWrite).length;
      see(`the other one leads after ${inSeconds(took)}; the old one ended with 75`);
      see(`${held} write on its way, answered ${late.map(({ code }) => code).join()}`);
      see(`${sent} sent after SIGCONT`);
      expect(sent).toBeLessThanOrEqual(1);
      // 504 is a write that the end of its sender cut off before anything was stored: nothing had to be put right.
      expect(late.filter(({ code }) => code !== 409 && code !== 504)).toEqual([]);
      expect(repairs).toEqual([]);
      expect(leader.crashes).toEqual([leaseLostExit]);
      await untilHas(world(), ['app'], 'c');
    },
  );

  survives(
    { id: 'F25', fault: 'SIGTERM under load', deed: 'the leader is asked to end while it writes' },
    async (see) => {
      const { leader, other } = await findLeader(world());
      leader.proxy.forgetRequests();
      await publishMany(world(), 'd');
      await measure('it writes', () => leader.proxy.requests.some(isSecretWrite));
      const started = performance.now();
      const ended = leader.end('SIGTERM');
      const ready = await measure('it is not ready any more', async () => {
        return (await leader.ask('/readyz')) !== 200;
      });
      const code = await ended;
      const endedAfter = performance.now() - started;
      await untilLeads(other);
      see(`not ready after ${inSeconds(ready)}, ended with ${code} after ${inSeconds(endedAfter)}`);
      see(`the other one leads ${inSeconds(performance.now() - started)} after the signal`);
      await untilHas(world(), names, 'd');
      expect(code).toBe(0);
      expect(endedAfter).toBeLessThanOrEqual(10_000);
    },
  );
});

interface Leading {
  readonly leader: Replica;
  readonly other: Replica;
}

async function findLeader({ replicas }: KubeWorld): Promise<Leading> {
  const found: Replica[] = [];
  await measure('one leads', async () => {
    for (const replica of replicas) if (await isLeading(replica)) found.push(replica);
    return found.length > 0;
  });
  const [leader] = found;
  const other = replicas.find((replica) => replica !== leader);
  if (leader === undefined || other === undefined) throw new Error('there are two');
  return { leader, other };
}

async function isLeading(replica: Replica): Promise<boolean> {
  return /^mayfly_leading(?:\{.*\})? 1$/mu.test(await replica.readMetrics());
}

async function untilLeads(replica: Replica): Promise<number> {
  return await measure(`${replica.name} leads`, async () => await isLeading(replica));
}

async function untilReady(replica: Replica): Promise<void> {
  await measure(`${replica.name} is ready`, async () => (await replica.ask('/readyz')) === 200);
}

async function publishMany(world: KubeWorld, value: string): Promise<void> {
  await world.publish(Object.fromEntries(names.map((name) => [name, { key: value }])));
}

interface AuditedChange {
  readonly verb: string;
  readonly code: number;
  readonly at: string;
}

/** The changes of Secrets of Mayfly's that the API server knows of, by a replica. */
async function readAudit(
  { cluster }: KubeWorld,
  { name }: Replica,
): Promise<readonly AuditedChange[]> {
  return (await readAuditLog(cluster, name))
    .filter((request) => isChange(request) && request.objectRef?.resource === 'secrets')
    .filter(({ objectRef }) => objectRef?.namespace === 'shop')
    .map(({ verb, responseStatus, requestReceivedTimestamp }) => ({
      verb,
      code: responseStatus?.code ?? 0,
      at: requestReceivedTimestamp,
    }));
}
