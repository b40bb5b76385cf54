import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { createError } from '#core/errors/mayfly-error.ts';

export interface ProgramCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What stands beside stdin, stdout and stderr, from descriptor 3 on. */
  readonly descriptors?: readonly (number | 'pipe')[];
  readonly input: string;
  /** What a program that is not there fails with. */
  readonly notFound: () => Error;
  /** Called with what was written to stderr; a returned error ends the program. */
  readonly onProgress?: (text: string) => Error | null;
}

export interface ProgramExit {
  readonly code: number;
  /** The last part of stderr. */
  readonly stderr: string;
}

/** A program under way, in a process group of its own. */
export interface RunningProgram {
  readonly stdout: Readable;
  readonly child: ChildProcess;
  /** Rejects when the program was ended by the signal or by `stop`, or could not be started. */
  readonly exit: Promise<ProgramExit>;
  /** Kills the whole group: whatever the program started ends with it. */
  readonly stop: (reason: unknown) => void;
}

const keptStderr = 64 * 1024;

/** Starts a program without a shell. Its bounds are the signal and what the caller takes of stdout. */
export function startProgram(command: ProgramCommand, signal: AbortSignal): RunningProgram {
  signal.throwIfAborted();
  const child = spawn(command.program, [...command.args], {
    env: { ...command.env },
    stdio: ['pipe', 'pipe', 'pipe', ...(command.descriptors ?? [])],
    detached: true,
  });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) {
    throw createError('MAYFLY_INTERNAL_BUG', { where: 'the pipes of a program' });
  }
  const { ended, stop } = watchEnd(command, child, signal);
  // A program that ends early closes its stdin; its exit code tells what happened.
  stdin.on('error', () => undefined);
  stdin.end(command.input);
  let kept = '';
  stderr.setEncoding('utf8');
  stderr.on('data', (text: string) => {
    kept = (kept + text).slice(-keptStderr);
    const error = command.onProgress?.(text) ?? null;
    if (error !== null) stop(error);
  });
  const exit = ended.then((code) => ({ code, stderr: kept }));
  // Whoever waits sees the failure; it may come before anybody does.
  exit.catch(() => undefined);
  return { stdout, child, exit, stop };
}

interface Ending {
  readonly ended: Promise<number>;
  readonly stop: (reason: unknown) => void;
}

function watchEnd(command: ProgramCommand, child: ChildProcess, signal: AbortSignal): Ending {
  let reason: { readonly error: unknown } | null = null;
  function stop(error: unknown): void {
    reason ??= { error };
    killGroup(child);
    child.stdout?.destroy();
  }
  function onAbort(): void {
    stop(signal.reason);
  }
  signal.addEventListener('abort', onAbort, { once: true });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? command.notFound() : error);
    });
    child.once('close', (code) => {
      if (reason === null) resolve(code ?? 128);
      else reject(reason.error);
    });
  }).finally(() => {
    signal.removeEventListener('abort', onAbort);
  });
  return { ended, stop };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

export interface OutputBounds {
  readonly maxOutput: number;
  /** What a program fails with whose output is over the bound. */
  readonly tooLarge: () => Error;
  /** Takes the output piece by piece instead of collecting it; what it throws ends the program. */
  readonly onOutput?: (chunk: Uint8Array) => void;
}

/** Takes the output as it comes, within its bound; the returned function gives what was collected. */
export function collectOutput(running: RunningProgram, bounds: OutputBounds): () => Uint8Array {
  const chunks: Buffer[] = [];
  let size = 0;
  const take = bounds.onOutput ?? ((chunk: Uint8Array) => void chunks.push(Buffer.from(chunk)));
  running.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    try {
      if (size > bounds.maxOutput) throw bounds.tooLarge();
      take(chunk);
    } catch (error) {
      running.stop(error);
    }
  });
  return () => Buffer.concat(chunks);
}
