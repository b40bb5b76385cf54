import { createError } from '#core/errors/mayfly-error.ts';
import type { ObjectRef } from '#core/api/object.ts';
import type { ObjectEvent } from '#core/ports/object-api.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import { createReconcileLoop, type ReconcileLoop } from '#platform/reconcile/reconcile-loop.ts';
import type { Reconcile } from '#platform/reconcile/run-attempt.ts';
import type { StatusReport } from '#platform/reconcile/settle-attempt.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMemoryLogger, type LogLine } from '#test/support/memory/memory-logger.ts';

export interface Setup {
  readonly loop: ReconcileLoop;
  readonly clock: FakeClock;
  readonly events: ObjectEvent[];
  readonly reports: (StatusReport & { readonly ref: ObjectRef })[];
  readonly results: string[];
  /** The objects that were shown to be known of. */
  readonly welcomes: string[];
  readonly lines: LogLine[];
}

export interface SetupOptions {
  readonly concurrency?: number;
  report?(): Promise<void>;
  recordEvent?(): Promise<void>;
}

export function setUp(reconcile: Reconcile, options: SetupOptions = {}): Setup {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  const events: ObjectEvent[] = [];
  const reports: Setup['reports'] = [];
  const results: string[] = [];
  const welcomes: string[] = [];
  const loop = createReconcileLoop(
    {
      clock,
      random: createFakeRandom(),
      logger,
      metrics: { observeReconcile: (_, result) => void results.push(result) },
      report: async (ref, report) => {
        if (report.onlyIfNew) welcomes.push(ref.name);
        else reports.push({ ref, ...report });
        await options.report?.();
      },
      recordEvent: async (event) => {
        events.push(event);
        await options.recordEvent?.();
      },
    },
    {
      controller: 'test',
      kind: 'GitSource',
      reconcile,
      concurrency: options.concurrency ?? 1,
      timeoutMs: 60_000,
      resyncMs: 600_000,
    },
  );
  loop.start();
  return { loop, clock, events, reports, results, welcomes, lines: logger.lines };
}

export const a = { namespace: 'n', name: 'a' };
export const b = { namespace: 'n', name: 'b' };

export function done(changed: boolean, status?: object): Outcome {
  const note = { reason: 'Applied', message: '1 Secret written', changed };
  return status === undefined ? { kind: 'done', note } : { kind: 'done', note, status };
}

export function never(): Promise<Outcome> {
  return new Promise(() => undefined);
}

export const down = createError('MAYFLY_STREAM_BROKEN', { what: 'the answer' });
