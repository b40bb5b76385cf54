import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { ObjectEvent } from '#core/ports/object-api.ts';
import type { OnForeignChange, SecretOwner } from '#core/ports/secret-sink.ts';
import { createDriftAnswer } from '#roles/controller/loops/answer-drift.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';

const owner: SecretOwner = { kind: 'EphemeralSecret', namespace: 'prod', name: 'apps', uid: 'u' };

interface Bench {
  readonly answer: OnForeignChange;
  readonly clock: FakeClock;
  readonly delays: readonly number[];
  readonly events: readonly ObjectEvent[];
  readonly logger: ReturnType<typeof createMemoryLogger>;
}

function createBench(record?: (event: ObjectEvent) => Promise<void>): Bench {
  const clock = createFakeClock();
  const delays: number[] = [];
  const events: ObjectEvent[] = [];
  const logger = createMemoryLogger();
  const answer = createDriftAnswer({
    clock,
    logger,
    metrics: { countDriftRepair: () => undefined },
    objects: { recordEvent: record ?? (async (event) => void events.push(event)) },
    repair: (_, delayMs) => void delays.push(delayMs),
  });
  return { answer, clock, delays, events, logger };
}

describe('the answer to drift', () => {
  it('repairs at once, also when a thousand Secrets of one owner are deleted', () => {
    const { answer, delays } = createBench();
    for (let index = 0; index < 1_000; index += 1) {
      answer(owner, { name: `secret-${index}`, manager: null });
    }
    expect(delays.every((delay) => delay === 0)).toBe(true);
  });

  it('waits longer and longer for one Secret that is changed again and again, and names who does it', async () => {
    const { answer, clock, delays, events } = createBench();
    for (let round = 0; round < 8; round += 1) {
      answer(owner, { name: 'db', manager: 'replicator\n' });
      await clock.advance(1_000);
    }
    expect(delays).toEqual([0, 0, 0, 0, 0, 5_000, 10_000, 20_000]);
    expect(events).toHaveLength(3);
    expect(events[0]?.message).toMatch(/^replicator\\u\{a\} changes the secret prod\/db/u);
    expect(events[0]).toEqual({
      about: { kind: 'EphemeralSecret', namespace: 'prod', name: 'apps' },
      type: 'Warning',
      reason: 'Contested',
      message: createError('MAYFLY_SINK_CONTESTED', {
        manager: 'replicator\n',
        namespace: 'prod',
        name: 'db',
        seconds: 5,
      }).message,
    });
  });

  it('keeps the fights over two Secrets apart', () => {
    const { answer, delays } = createBench();
    for (let round = 0; round < 6; round += 1) answer(owner, { name: 'db', manager: 'other' });
    answer(owner, { name: 'api', manager: 'other' });
    expect(delays.slice(-2)).toEqual([5_000, 0]);
  });

  it('repairs also when the event is lost', async () => {
    const { answer, delays, logger } = createBench(() => Promise.reject(new Error('down')));
    for (let round = 0; round < 6; round += 1) answer(owner, { name: 'db', manager: null });
    await settle();
    expect(delays).toHaveLength(6);
    expect(logger.lines.some(({ message }) => message === 'an event could not be recorded')).toBe(
      true,
    );
  });
});
