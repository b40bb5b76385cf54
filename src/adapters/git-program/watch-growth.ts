import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { RemoteGitCommand } from '#core/ports/git-program.ts';
import type { Clock } from '#core/ports/time.ts';
import type { GitExit, RunningGit } from './run-git.ts';

const measureEveryMs = 100;

interface GrowthContext {
  readonly clock: Clock;
  readonly host: string;
}

/**
 * Waits for the end of a command, and ends it when the store has grown too much: git has no limit of its own
 * for what it receives. A fast command that was over the limit before it was seen fails in the same way.
 */
export async function watchGrowth(
  running: RunningGit,
  growth: RemoteGitCommand['growth'],
  { clock, host }: GrowthContext,
): Promise<GitExit> {
  if (growth === undefined) return running.exit;
  const { limit, measure } = growth;
  const before = await measure();
  const exceeded: () => MayflyError = () =>
    createError('MAYFLY_GIT_BYTES_EXCEEDED', { host, limit });
  async function isOver(): Promise<boolean> {
    return (await measure()) - before > limit;
  }
  const stopLooking = repeat(clock, async () => {
    if (await isOver()) running.stop(exceeded());
  });
  try {
    const exit = await running.exit;
    if (await isOver()) throw exceeded();
    return exit;
  } finally {
    stopLooking();
  }
}

function repeat(clock: Clock, look: () => Promise<void>): () => void {
  let cancel: (() => void) | null = null;
  let isDone = false;
  function arm(): void {
    if (isDone) return;
    cancel = clock.after(measureEveryMs, () => {
      void look().then(arm);
    });
  }
  arm();
  return () => {
    isDone = true;
    cancel?.();
  };
}
