import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { RemoteGitCommand } from '#core/ports/git/git-program.ts';
import type { Clock } from '#core/ports/time.ts';
import type { ProgramExit, RunningProgram } from '#platform/programs/start-program.ts';
import { readPrivateMemory } from '#platform/programs/read-private-memory.ts';

const lookEveryMs = 100;

export interface LimitContext {
  readonly clock: Clock;
  readonly host: string;
  /** In bytes, of git and the programs it started. */
  readonly maxMemory: number;
}

/**
 * Waits for the end of a command, and ends it when it takes too much memory or the store has grown too much: git
 * has no limits of its own for what it receives. A fast command that outgrew the store unseen fails all the same.
 */
export async function watchLimits(
  running: RunningProgram,
  growth: RemoteGitCommand['growth'],
  context: LimitContext,
): Promise<ProgramExit> {
  const before = (await growth?.measure()) ?? 0;
  async function findExcess(): Promise<MayflyError | null> {
    const grown = ((await growth?.measure()) ?? 0) - before;
    return growth !== undefined && grown > growth.limit
      ? createError('MAYFLY_GIT_BYTES_EXCEEDED', { host: context.host, limit: growth.limit })
      : null;
  }
  const stopLooking = repeat(context.clock, async () => {
    const excess = (await findExcess()) ?? (await findMemoryExcess(running, context));
    if (excess !== null) running.stop(excess);
  });
  try {
    const exit = await running.exit;
    const excess = await findExcess();
    if (excess !== null) throw excess;
    return exit;
  } finally {
    stopLooking();
  }
}

async function findMemoryExcess(
  { child }: RunningProgram,
  { host, maxMemory }: LimitContext,
): Promise<MayflyError | null> {
  const used = child.pid === undefined ? 0 : await readPrivateMemory(child.pid);
  return used > maxMemory
    ? createError('MAYFLY_GIT_MEMORY_EXCEEDED', { host, limit: maxMemory })
    : null;
}

function repeat(clock: Clock, look: () => Promise<void>): () => void {
  let cancel: (() => void) | null = null;
  let isDone = false;
  function arm(): void {
    if (isDone) return;
    cancel = clock.after(lookEveryMs, () => {
      void look().then(arm);
    });
  }
  arm();
  return () => {
    isDone = true;
    cancel?.();
  };
}
