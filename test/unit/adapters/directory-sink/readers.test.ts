import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  aDesired,
  aLease,
  preconditionOf,
  setUpSink,
  type SinkSetup,
} from '#test/support/sink/directory-sink-setup.ts';
import type { ReaderReport } from '#test/support/sink/read-in-worker.ts';

let setup: SinkSetup;

beforeEach(async () => {
  setup = await setUpSink();
});

afterEach(async () => {
  await setup.remove();
});

const keys = ['a', 'b', 'c', 'd'];
const updates = 200;

/** Large values, so that a torn file would be seen. */
function valuesOf(round: number): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, `${round};`.repeat(2_000)]));
}

describe('readers during updates', () => {
  it('never see a mixed or a half set', async () => {
    const sink = await setup.open();
    const folder = join(setup.directory, 'db');
    const first = aDesired(valuesOf(0));
    let live = await sink.create(first, aLease(first));
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const script = new URL('../../../support/sink/read-in-worker.ts', import.meta.url);
    const worker = new Worker(script, { workerData: { folder, keys, stop } });
    const finished = once(worker, 'message') as Promise<[ReaderReport]>;
    await once(worker, 'online');
    for (let round = 1; round <= updates; round += 1) {
      const desired = aDesired(valuesOf(round));
      live = await sink.apply(desired, aLease(desired), preconditionOf(live));
    }
    Atomics.store(stop, 0, 1);
    const [report] = await finished;
    expect(report.mixed).toBe(0);
    expect(report.sets).toBeGreaterThan(1_000);
    expect(report.different).toBeGreaterThan(20);
    expect((await readdir(folder)).filter((name) => name.startsWith('..v-'))).toHaveLength(1);
  });
});
