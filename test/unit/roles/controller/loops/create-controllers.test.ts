import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Condition } from '#core/api/status/condition.ts';
import { createMetrics } from '#platform/metrics/create-metrics.ts';
import { createControllerMemory } from '#roles/controller/controller-memory.ts';
import type { ControllerParts } from '#roles/controller/controller-parts.ts';
import {
  controllerNames,
  createControllers,
  type Controllers,
} from '#roles/controller/loops/create-controllers.ts';
import {
  aSecretSpec,
  aSourceSpec,
  hour,
  minute,
  rigDigest,
  secretRef,
  sourceRef,
} from '#test/support/controller-rig.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMemoryDecryptor, sealSecret } from '#test/support/memory/memory-decryptor.ts';
import { createMemoryGit } from '#test/support/memory/memory-git.ts';
import { createMemoryKeys } from '#test/support/memory/memory-keys.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';
import { createMemoryObjects, type MemoryObjects } from '#test/support/memory/memory-objects.ts';
import { createMemorySink, type MemorySink } from '#test/support/memory/memory-sink.ts';
import { createPortSteps } from '#test/support/memory/port-steps.ts';

const db = { namespace: 'prod', name: 'db' };

let clock: FakeClock;
let objects: MemoryObjects;
let sink: MemorySink;
let controllers: Controllers;
/** How far the server's clock goes ahead of ours. */
let skewMs: number;

/** Starts everything in a cluster with one source and one object. */
async function start(lifetime: 'Continuous' | 'Once'): Promise<void> {
  controllers = createControllers({
    logger: createMemoryLogger(),
    metrics: createMetrics({ version: '0', controllers: controllerNames }),
    random: createFakeRandom(),
    parts: createParts(),
  });
  controllers.start();
  objects.put(sourceRef(), aSourceSpec());
  objects.put(secretRef(), aSecretSpec({ lifetime }));
  await clock.advance(minute);
}

function createParts(): Omit<ControllerParts, 'enqueue'> {
  const git = createMemoryGit();
  git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'one' }) });
  const keys = createMemoryKeys();
  keys.put('prod', 'keys', { 'age.txt': 'key-1' });
  return {
    objects,
    sink,
    keys,
    git,
    decryptors: [createMemoryDecryptor()],
    renderFile: () => {
      throw new Error('no file is rendered here');
    },
    clock,
    serverTime: { now: () => clock.now() + skewMs, skewMs: () => skewMs },
    digest: rigDigest,
    memory: createControllerMemory(),
    options: {
      ttl: { minTtlMs: minute, maxTtlMs: 24 * hour },
      git: { bytes: 1e9, files: 100, fileBytes: 1 << 20, commits: 100 },
      maxFiles: 100,
      hooks: new Set(),
      place: 'machine',
      clusterLabels: {},
    },
    stores: null,
    tenancy: null,
    usage: null,
    gates: null,
    rollouts: null,
    onChange: () => Promise.resolve(),
  };
}

function listConditions(): readonly string[] {
  const status: unknown = objects.peek(secretRef())?.status ?? {};
  const { conditions = [] } = status as { conditions?: Condition[] };
  return conditions.map(({ type }) => type);
}

beforeEach(() => {
  clock = createFakeClock();
  objects = createMemoryObjects();
  sink = createMemorySink({ digest: rigDigest, steps: createPortSteps() });
  skewMs = 0;
});

afterEach(async () => {
  await controllers.stop(AbortSignal.abort());
});

it('leases are counted by the time of the server', async () => {
  skewMs = 45_000;
  const begun = clock.now();
  await start('Once');
  const lease = (await sink.read(db))?.lease;
  expect(lease?.issuedAt).toBeGreaterThanOrEqual(begun + skewMs);
  expect(listConditions()).toEqual(['Ready']);
  const leftMs = (lease?.expiresAt ?? 0) - skewMs - clock.now();
  await clock.advance(leftMs - 1);
  expect(sink.names()).toEqual(['prod/db']);
  await clock.advance(10_001);
  expect(sink.names()).toEqual([]);
});

it('while the clocks are apart it is told, and a lease is over only by both', async () => {
  await start('Once');
  skewMs = 2 * hour;
  await clock.advance(minute);
  expect(listConditions()).toEqual(['Ready', 'ClockSkew']);
  expect(sink.names()).toEqual(['prod/db']);
  await clock.advance(hour);
  expect(sink.names()).toEqual([]);
  skewMs = 0;
  await clock.advance(minute);
  expect(listConditions()).toEqual(['Ready']);
});
