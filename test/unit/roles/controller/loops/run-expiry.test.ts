import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '#core/ports/outcome.ts';
import { runExpiry } from '#roles/controller/loops/run-expiry.ts';
import { createFakeClock, settle } from '#test/support/fake-clock.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';

const note = { reason: 'Swept', message: 'swept', changed: false };

/** Runs sweeps that end as told, one after another; the last one again and again. */
function sweepsThat(...ends: readonly (() => Outcome)[]): {
  readonly at: number[];
  run(forMs: number): Promise<void>;
  readonly lines: () => readonly string[];
} {
  const clock = createFakeClock(0);
  const logger = createMemoryLogger();
  const at: number[] = [];
  return {
    at,
    lines: () => logger.lines.map(({ message }) => message),
    async run(forMs): Promise<void> {
      const stop = new AbortController();
      const sweep = async (): Promise<Outcome> => {
        at.push(clock.now());
        const end = ends[Math.min(at.length, ends.length) - 1];
        if (end === undefined) throw new Error('no sweep');
        return end();
      };
      const running = runExpiry({ clock, logger, sweep }, stop.signal);
      await settle();
      await clock.advance(forMs);
      stop.abort();
      await running;
    },
  };
}

describe('the sweeps', () => {
  it('come when the last one said', async () => {
    const sweeps = sweepsThat(
      () => ({ kind: 'again', afterMs: 1_000, note }),
      () => ({ kind: 'again', afterMs: 3_000, note }),
    );
    await sweeps.run(7_500);
    expect(sweeps.at).toEqual([0, 1_000, 4_000, 7_000]);
    expect(sweeps.lines()).toEqual([]);
  });

  it('go on after one that failed, and tell of it', async () => {
    const sweeps = sweepsThat(
      () => {
        throw new Error('broken');
      },
      () => ({ kind: 'again', afterMs: 60_000, note }),
    );
    await sweeps.run(6_000);
    expect(sweeps.at).toEqual([0, 5_000]);
    expect(sweeps.lines()).toEqual(['a sweep failed']);
  });

  it('tell once of what cannot be deleted', async () => {
    const code = 'MAYFLY_FILE_WRITE_FAILED';
    const sweeps = sweepsThat(() => ({ kind: 'refused', code, message: 'no', afterMs: 1_000 }));
    await sweeps.run(5_500);
    expect(sweeps.at).toHaveLength(6);
    expect(sweeps.lines()).toEqual(['overdue secrets could not be deleted']);
  });
});
