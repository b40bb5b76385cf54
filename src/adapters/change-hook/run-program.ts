import { spawn, type ChildProcess } from 'node:child_process';
import type { Clock } from '#core/ports/time.ts';

export interface ProgramRun {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** How a program ended; what it printed is never looked at, as it may hold anything. */
export type ProgramEnd =
  | { readonly kind: 'ended' }
  /** `reason` is made of exit codes and names of signals and errors only. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Nothing of Mayfly's own environment is handed on. */
const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C',
};

/**
 * Runs a program without a shell, with a bare environment and in a process group of its own, which is killed at the
 * time-out and when the signal is aborted. Never throws.
 */
export async function runProgram(
  run: ProgramRun,
  clock: Clock,
  signal: AbortSignal,
): Promise<ProgramEnd> {
  const [program = '', ...args] = run.argv;
  const child = spawn(program, args, {
    cwd: '/',
    detached: true,
    env: { ...environment, ...run.environment },
    shell: false,
    stdio: 'ignore',
  });
  let stopped: string | null = null;
  function stop(reason: string): void {
    stopped = reason;
    killGroup(child);
  }
  function onAbort(): void {
    stop('mayfly was stopped');
  }
  const seconds = Math.round(run.timeoutMs / 1000);
  const cancel = clock.after(run.timeoutMs, () => stop(`it took longer than ${seconds} s`));
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  const reason = await waitForEnd(child);
  cancel();
  signal.removeEventListener('abort', onAbort);
  const why = stopped ?? reason;
  return why === null ? { kind: 'ended' } : { kind: 'failed', reason: why };
}

/** Null when it ended well. */
async function waitForEnd(child: ChildProcess): Promise<string | null> {
  return await new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(`it cannot be started (${error.code ?? 'unknown'})`);
    });
    child.once('exit', (code, killedBy) => {
      if (killedBy !== null) resolve(`it was ended by ${killedBy}`);
      else resolve(code === 0 ? null : `it ended with exit code ${code ?? -1}`);
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
