import type { ObjectRef } from '#core/api/object.ts';
import type { Verdict } from '#core/ports/outcome.ts';
import type { Announcer } from './announce.ts';
import { decideVerdict, nameFailure, type Attempt } from './attempt.ts';
import { quickConflicts } from './requeue.ts';
import type { AttemptRun, ObservedMeta } from './run-attempt.ts';
import type { LogFields, Logger } from '#platform/log/logger.ts';

/** What the loop wants written into an object's status, in one write. */
export interface StatusReport {
  readonly verdict: Verdict;
  /** The kind's own status fields; absent after a failure, and then left as they are. */
  readonly status?: object;
  /** At first sight: written only to an object that has no Ready condition yet. */
  readonly onlyIfNew?: true;
  /** What was looked at; absent when the reconcile did not get so far. */
  readonly observed?: ObservedMeta;
}

export interface SettleParts {
  readonly logger: Logger;
  readonly announcer: Announcer;
  report(ref: ObjectRef, report: StatusReport): Promise<void>;
}

export interface RunOfObject {
  readonly ref: ObjectRef;
  readonly run: AttemptRun;
  readonly fields: LogFields;
  readonly failuresBefore: number;
}

/** Tells the world about one attempt and returns the attempt to requeue by: a failed report is a failure too. */
export async function settleAttempt(parts: SettleParts, object: RunOfObject): Promise<Attempt> {
  const { ref, run, fields } = object;
  const { attempt } = run;
  if (isQuickConflict(attempt, object.failuresBefore)) return attempt;
  const verdict = decideVerdict(attempt);
  if (verdict === null) return attempt;
  await parts.announcer.announce({ ref, attempt, verdict, fields });
  try {
    await parts.report(ref, renderReport(run, verdict));
    return attempt;
  } catch (error) {
    return failReport(parts.logger, object, error);
  }
}

/** The first failure is the one to act on; a lost race over the status is not worth a line. */
function failReport(logger: Logger, { run, fields }: RunOfObject, thrown: unknown): Attempt {
  if (run.attempt.kind === 'failed') return run.attempt;
  const error = nameFailure(thrown, null, 'a status report');
  if (error.kind !== 'conflict') logger.warn('status not written', { ...fields, error });
  return { kind: 'failed', error };
}

function isQuickConflict(attempt: Attempt, failuresBefore: number): boolean {
  if (attempt.kind !== 'failed') return false;
  return attempt.error.retry === 'soon' && failuresBefore < quickConflicts;
}

function renderReport(run: AttemptRun, verdict: Verdict): StatusReport {
  const { observed } = run;
  return {
    verdict,
    ...readStatus(run.attempt),
    ...(observed === undefined ? {} : { observed }),
  };
}

function readStatus(attempt: Attempt): Pick<StatusReport, 'status'> {
  if (attempt.kind === 'failed' || !('status' in attempt.outcome)) return {};
  const { status } = attempt.outcome;
  return status === undefined ? {} : { status };
}
