import type { LeaderElection } from '#core/ports/kube/leader-election.ts';
import type { RoleTools } from '#platform/lifecycle/run-role.ts';

/** Whoever does not lead any more has nothing to finish. */
const lostWithinMs = 2000;

export interface LeadingTools extends Pick<RoleTools, 'lifecycle' | 'logger'> {
  /** Ends the election's calls. */
  readonly signal: AbortSignal;
  /** Told whenever it begins or ends to lead. */
  onLead?(isLeading: boolean): void;
}

/**
 * Resolves once this process leads; false when the program is to end before. The Lease is renewed until all that
 * leading takes has ended. A process that has lost it ends.
 */
export async function untilLeading(
  election: LeaderElection,
  { lifecycle, logger, signal, ...tools }: LeadingTools,
): Promise<boolean> {
  const { stopping } = lifecycle;
  tools.onLead?.(false);
  const running = election.run(signal);
  lifecycle.started('election', async () => {
    await election.release();
    await running;
  });
  election.lost.addEventListener('abort', () => {
    tools.onLead?.(false);
    if (!stopping.aborted) void lifecycle.fail(election.lost.reason, lostWithinMs);
  });
  logger.info('standing by');
  try {
    await election.untilLeading(stopping);
  } catch (error) {
    if (stopping.aborted) return false;
    throw error;
  }
  tools.onLead?.(true);
  logger.info('leading');
  return true;
}
