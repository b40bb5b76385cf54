import { randomBytes } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { isFor } from '#test/support/cluster/faults/faults.ts';
import { writeHostileRepository, type RawEntry } from '#test/support/hostile-repos.ts';
import type { KubeWorld } from '#test/support/kube-world/create-kube-world.ts';
import { describeWorld, expectNoCrash, withLogs } from '#test/support/kube-world/describe-world.ts';
import { faultSizes } from '#test/support/kube-world/fault-sizes.ts';
import { itSurvives, type FaultCase, type See } from '#test/support/kube-world/it-survives.ts';
import { inSeconds, measure } from '#test/support/kube-world/measure.ts';
import { readPeakMebibytes } from '#test/support/kube-world/read-usage.ts';
import type { Replica } from '#test/support/kube-world/replica.ts';
import { untilHas } from '#test/support/kube-world/until-has.ts';
import { watchLeases, type LeaseWatch } from '#test/support/kube-world/watch-leases.ts';
import {
  createSealedRepository,
  type SealedRepository,
} from '#test/support/stage/create-sealed-repository.ts';
import { aSecret, aSource } from '#test/support/stage/create-stage.ts';

const setUpWithinMs = 120_000;
const mebibyte = 1024 * 1024;
const { blobMebibytes } = faultSizes;

await describeWorld('mayfly controller and a bad git host', {}, (world) => {
  let replica: Replica;
  let leases: LeaseWatch;
  let large: SealedRepository;
  let repaired: Promise<number>;

  function survives(known: FaultCase, test: (see: See) => Promise<void>): void {
    itSurvives(known, async (see) => {
      await withLogs(world(), async () => {
        await test(see).finally(() => world().gitProxy.setFault({ kind: 'none' }));
        expect(leases.faults).toEqual([]);
        expectNoCrash(world());
      });
    });
  }

  beforeAll(async () => {
    const { root, server, apply, publish, addReplica, writeKey } = world();
    await mkdir(join(root, 'large'));
    large = await createSealedRepository(join(root, 'large'), { filters: false });
    await writeKey('ca-large/ca.crt', large.server.caPem);
    await publish({ app: { key: 'first' }, edited: { key: 'first' } });
    await apply([
      aSource(world(), 'repo', { interval: '1s' }),
      aSecret('all', { ttl: '5m' }),
      aSource({ server: { ...server, url: 'https://nowhere.invalid/a.git' } }, 'nowhere'),
    ]);
    const hosts = [server.url, large.server.url].map((url) => new URL(url).host);
    const limits = { bytes: 32 * mebibyte, files: 5000 };
    const git = { allowedHosts: [...hosts, 'nowhere.invalid'], limits };
    replica = await addReplica('only', { git });
    await replica.start();
    await withLogs(world(), async () => {
      await untilHas(world(), ['app', 'edited'], 'first');
    });
    leases = watchLeases(world());
    // For F4: nothing is heard of Secrets from here on, and one is changed by hand.
    replica.proxy.breakWatches({ kind: 'freeze' }, isFor('secrets'));
    await edit(world(), 'edited');
    repaired = untilHas(world(), ['edited'], 'first');
    repaired.catch(() => undefined);
  }, setUpWithinMs);

  afterAll(async () => {
    await leases?.stop();
    await large?.server.close();
  });

  survives(
    {
      id: 'F14',
      fault: 'the git host down, and a name that cannot be resolved',
      deed: 'every connection is reset',
    },
    async (see) => {
      const { gitProxy, readCondition, publish } = world();
      await publish({ app: { key: 'meanwhile' } });
      gitProxy.setFault({ kind: 'reset' });
      const before = gitProxy.connections;
      const triedAfter = await measure(
        'it is asked again',
        () => gitProxy.connections >= before + 3,
      );
      const ready = await readCondition('gitsources/repo', 'Ready');
      expect(ready?.status).not.toBe('True');
      expect(await readCondition('gitsources/repo', 'Stalled')).toBeNull();
      expect((await world().readValues('app'))?.['key']).toBe('first');
      const nowhere = await readCondition('gitsources/nowhere', 'Ready');
      gitProxy.setFault({ kind: 'none' });
      const took = await untilHas(world(), ['app'], 'meanwhile');
      const reasons = [ready?.reason, nowhere?.reason].join(', ');
      see(`Ready ${String(ready?.status)}, ${reasons}; not Stalled; Secret kept`);
      see(`3 tries in ${inSeconds(triedAfter)}; follows again after ${inSeconds(took)}`);
    },
  );

  survives(
    { id: 'F15', fault: 'a rewritten history', deed: 'force-push; then history: Any' },
    async (see) => {
      const { work, apply, publish, readCondition, readEvents } = world();
      await work.git('reset', '--quiet', '--hard', 'HEAD~1');
      await publish({ app: { key: 'rewritten' } });
      await measure('it is refused', async () => {
        const ready = await readCondition('gitsources/repo', 'Ready');
        return ready?.reason === 'GitRewind';
      });
      const stalled = await readCondition('gitsources/repo', 'Stalled');
      expect(stalled?.status).toBe('True');
      expect((await world().readValues('app'))?.['key']).toBe('meanwhile');
      await apply([aSource(world(), 'repo', { interval: '1s', history: 'Any' })]);
      const took = await untilHas(world(), ['app'], 'rewritten');
      const reasons = (await readEvents()).map(({ reason }) => reason);
      see(
        `refused: GitRewind, Stalled, Secret kept; applied ${inSeconds(took)} after history: Any`,
      );
      expect(reasons).toContain('GitRewind');
      await apply([aSource(world(), 'repo', { interval: '1s' })]);
    },
  );

  survives(
    { id: 'F16', fault: 'a file whose MAC does not verify', deed: 'one of two changed files' },
    async (see) => {
      const { work, seal } = world();
      const bad = await seal('app', { key: 'forged' });
      await work.push({
        'secrets/app.yaml': bad.replace(/ENC\[AES256_GCM,data:./u, '$&A'),
        'secrets/fresh.yaml': await seal('fresh', { key: 'new' }),
      });
      await untilHas(world(), ['fresh'], 'new');
      const [failure] = await untilFailures(world(), 1);
      expect((await world().readValues('app'))?.['key']).toBe('rewritten');
      see(`${String(failure?.code)} of a file; its Secret kept, the other file applied`);
      expect(failure?.path).toBe('secrets/app.yaml');
      await world().publish({ app: { key: 'again' } });
      await untilHas(world(), ['app'], 'again');
    },
  );

  survives(
    {
      id: 'F18',
      fault: 'a YAML bomb, deep nesting and __proto__',
      deed: 'three such files beside a good one',
    },
    async (see) => {
      const { work, seal, encrypting } = world();
      const good = await seal('evil', { key: 'x' });
      await replica.readMetrics();
      await work.push({
        'secrets/bomb.yaml': renderBomb() + good,
        'secrets/deep.yaml': `deep: ${'['.repeat(5000)}${']'.repeat(5000)}\n${good}`,
        'secrets/proto.yaml': await encrypting.encrypt('proto.yaml', polluting),
        'secrets/fresh.yaml': await seal('fresh', { key: 'newer' }),
      });
      await untilHas(world(), ['fresh'], 'newer');
      const failures = await untilFailures(world(), 3);
      const lag = /^nodejs_eventloop_lag_p99_seconds (\S+)$/mu.exec(await replica.readMetrics());
      see(failures.map(({ code }) => code).join());
      see(`the good one applied, event loop late by ${inSeconds(Number(lag?.[1]) * 1000)} (p99)`);
      // Blocked for seconds by one of them it would show on any machine.
      expect(Number(lag?.[1])).toBeLessThanOrEqual(1);
      const files = ['bomb', 'deep', 'proto'].map((name) => [`secrets/${name}.yaml`, null]);
      await work.push(Object.fromEntries(files) as Record<string, null>);
      await untilFailures(world(), 0);
    },
  );

  survives(
    {
      id: 'F17',
      fault: 'huge repositories',
      deed: `${blobMebibytes} MiB that do not pack over a limit of 32 MiB; 100,000 files over one of 5,000`,
    },
    async (see) => {
      const { apply, readCondition, publish } = world();
      const auth = { type: 'none', secretRef: { name: 'ca-large' } };
      await writeHostileRepository(large.work.bare, renderManyFiles());
      await large.work.git('checkout', '--quiet', '-b', 'heavy');
      await writeUnpackable(large);
      await large.work.push({});
      await apply(
        ['main', 'heavy'].map((branch) => aSource(large, branch, { ref: { branch }, auth })),
      );
      const reasons: string[] = [];
      const took = await measure('both are refused', async () => {
        const all = ['main', 'heavy'].map((name) => readCondition(`gitsources/${name}`, 'Ready'));
        const found = (await Promise.all(all)).map((condition) => condition?.reason ?? '');
        reasons.splice(0, 2, ...found);
        return found.every((reason) => reason.endsWith('Exceeded'));
      });
      const peak = readPeakMebibytes(replica.pid);
      await publish({ app: { key: 'beside' } });
      const followed = await untilHas(world(), ['app'], 'beside');
      see(`${reasons.join()} after ${inSeconds(took)}; the controller took ${peak} MiB at most`);
      see(`another source followed after ${inSeconds(followed)}`);
      // Run from its sources it takes up to 260 MiB at rest: a repository held in memory would show.
      expect(peak).toBeLessThanOrEqual(384);
    },
  );

  survives(
    {
      id: 'F4',
      fault: 'a watch that falls silent without an end',
      deed: 'its connection is frozen, and a Secret changed by hand meanwhile',
    },
    async (see) => {
      const took = await repaired;
      see(`noticed and repaired after ${inSeconds(took)}`);
      expect(took).toBeGreaterThan(5000);
      expect(took).toBeLessThanOrEqual(60_000);
    },
  );
});

interface Failure {
  readonly path: string;
  readonly code: string;
}

async function untilFailures(world: KubeWorld, count: number): Promise<readonly Failure[]> {
  let failures: readonly Failure[] = [];
  await measure(`${count} files fail`, async () => {
    const status = await world.readStatus('ephemeralsecrets/all');
    failures = (status['failures'] ?? []) as readonly Failure[];
    return failures.length === count;
  });
  return failures;
}

/** As a person with kubectl does. */
async function edit({ cluster }: KubeWorld, name: string): Promise<void> {
  const path = `/api/v1/namespaces/shop/secrets/${name}`;
  const body = { data: { key: 'Zm9yZWlnbg==' } };
  const contentType = 'application/merge-patch+json';
  await cluster.request({ method: 'PATCH', path, body, contentType });
}

/** One block again and again: git looks back less far than it is long. */
async function writeUnpackable({ work }: SealedRepository): Promise<void> {
  await work.git('config', 'core.compression', '0');
  await work.git('config', 'core.bigFileThreshold', '1m');
  const block = randomBytes(32 * mebibyte);
  const file = join(work.path, 'a.bin');
  for (let size = 0; size < blobMebibytes; size += 32) await appendFile(file, block);
}

/** Nine levels of nine aliases each. */
function renderBomb(): string {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const items = level === 0 ? 'x' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array.from({ length: 9 }, () => items).join(',')}]\n`;
  });
  return levels.join('');
}

const polluting =
  'apiVersion: v1\nkind: Secret\nmetadata: {name: evil}\n__proto__: {polluted: "yes"}\n';

/** 100,000 paths to ten files: the same folders within each other. */
function renderManyFiles(): readonly RawEntry[] {
  const tenOf = (content: RawEntry['content']): readonly RawEntry[] =>
    Array.from({ length: 10 }, (_, index) => ({
      mode: typeof content === 'string' ? '100644' : '40000',
      name: `n${index}`,
      content,
    }));
  return tenOf(tenOf(tenOf(tenOf(tenOf('x')))));
}
