import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseEphemeralSecretStatus } from '#core/api/status/status.ts';
import type { Condition } from '#core/api/status/condition.ts';
import type { ObjectRef } from '#core/api/object.ts';
import { firstVerdict } from '#platform/reconcile/attempt.ts';
import { createControllerMemory } from '#roles/controller/controller-memory.ts';
import { writeReport } from '#roles/controller/loops/write-report.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createMemoryObjects, type MemoryObjects } from '#test/support/memory/memory-objects.ts';

const ref: ObjectRef = { kind: 'EphemeralSecret', namespace: 'prod', name: 'apps' };
const synced = {
  ready: 'True',
  reconciling: false,
  stalled: false,
  reason: 'Synced',
  message: 'the Secrets are as the source says',
} as const;

let objects: MemoryObjects;
let parts: Parameters<typeof writeReport>[0];

beforeEach(() => {
  objects = createMemoryObjects();
  objects.put(ref, {});
  parts = { objects, clock: createFakeClock(), serverTime: null, memory: createControllerMemory() };
});

async function readReady(): Promise<Condition | undefined> {
  const object = await objects.get(ref);
  if (object === null) throw new Error('the object of the test is gone');
  return parseEphemeralSecretStatus(object).conditions?.find(({ type }) => type === 'Ready');
}

async function listConditions(about: ObjectRef): Promise<readonly string[]> {
  const { status } = (await objects.get(about)) as { status: { conditions: Condition[] } };
  return status.conditions.map(({ type }) => type);
}

describe('a report', () => {
  it('shows an object that is new as known of', async () => {
    await writeReport(parts, ref, { verdict: firstVerdict, onlyIfNew: true });
    expect(await readReady()).toMatchObject({ status: 'Unknown', reason: 'Progressing' });
  });

  it('leaves what is known of an object as it was before a restart', async () => {
    await writeReport(parts, ref, { verdict: synced, status: { secretCount: 2 } });
    await writeReport(parts, ref, { verdict: firstVerdict, onlyIfNew: true });
    expect(await readReady()).toMatchObject({ status: 'True', reason: 'Synced' });
    await writeReport(parts, ref, { verdict: synced });
    expect(objects.statusWrites).toBe(1);
  });

  it('repeats the annotation that asked for the look, also when that is taken away', async () => {
    const observed = { generation: 1, annotations: { 'mayfly.dev/reconcile-at': 'noon' } };
    await writeReport(parts, ref, { verdict: synced, status: { secretCount: 2 }, observed });
    await writeReport(parts, ref, { verdict: synced, status: { secretCount: 2 } });
    expect((await objects.get(ref))?.status).toMatchObject({ reconciledAt: 'noon' });
    expect(objects.statusWrites).toBe(1);
    const long = { generation: 1, annotations: { 'mayfly.dev/reconcile-at': 'x'.repeat(300) } };
    await writeReport(parts, ref, { verdict: synced, observed: long });
    expect((await objects.get(ref))?.status).toMatchObject({ reconciledAt: 'x'.repeat(256) });
  });

  it('says of an EphemeralSecret while it is so that the clocks are apart', async () => {
    const apart = (skewMs: number): typeof parts => ({
      ...parts,
      serverTime: { now: () => parts.clock.now(), skewMs: () => skewMs },
    });
    await writeReport(apart(60_001), ref, { verdict: synced });
    const source: ObjectRef = { ...ref, kind: 'GitSource' };
    objects.put(source, {});
    await writeReport(apart(60_001), source, { verdict: synced });
    expect(await listConditions(ref)).toEqual(['Ready', 'ClockSkew']);
    expect(await listConditions(source)).toEqual(['Ready']);
    await writeReport(apart(-60_000), ref, { verdict: synced });
    expect(await listConditions(ref)).toEqual(['Ready']);
  });

  it('is dropped when the object is gone', async () => {
    objects.delete(ref);
    await writeReport(parts, ref, { verdict: synced });
    expect(objects.statusWrites).toBe(0);
  });
});
