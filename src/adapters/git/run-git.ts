import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import type { Readable } from 'node:stream';
import { createError } from '#core/errors/mayfly-error.ts';

export interface GitCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What stands beside stdin, stdout and stderr, from descriptor 3 on. */
  readonly descriptors?: readonly (number | 'pipe')[];
  readonly input?: string;
  /** Called with what was written to stderr; a returned error ends the command. */
  readonly onProgress?: (text: string) => Error | null;
}

export interface GitExit {
  readonly code: number;
  /** The last part of stderr. */
  readonly stderr: string;
}

/** A git command under way, in a process group of its own. */
export interface RunningGit {
  readonly stdout: Readable;
  readonly child: ChildProcess;
  /** Rejects when the command was ended by the signal or by {@link RunningGit.stop}. */
  readonly exit: Promise<GitExit>;
  /** Kills the whole group, ssh and remote helpers included. */
  stop(reason: unknown): void;
}

const keptStderr = 64 * 1024;

/** Starts git without a shell. Its bounds are the signal and what the caller takes of stdout. */
export function startGit(command: GitCommand, signal: AbortSignal): RunningGit {
  signal.throwIfAborted();
  const extra = command.descriptors ?? [];
  const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', ...extra];
  const child = spawn(command.program, [...command.args], {
    env: { ...command.env },
    stdio,
    detached: true,
  });
  const [stdin, stdout, stderr] = child.stdio;
  if (stdin === null || stdout === null || stderr === null) {
    throw createError('MAYFLY_INTERNAL_BUG', { where: 'the pipes of git' });
  }
  const ending = watchEnd(command, child, signal);
  // A command that ends early closes its stdin; its exit code tells what happened.
  stdin.on('error', () => undefined);
  stdin.end(command.input ?? '');
  const exit = ending.exit.then((code) => ({ code, stderr: kept }));
  let kept = '';
  stderr.setEncoding('utf8');
  stderr.on('data', (text: string) => {
    kept = (kept + text).slice(-keptStderr);
    const error = command.onProgress?.(text) ?? null;
    if (error !== null) ending.stop(error);
  });
  exit.catch(() => undefined);
  return { stdout, child, exit, stop: ending.stop };
}

interface Ending {
  readonly exit: Promise<number>;
  stop(reason: unknown): void;
}

function watchEnd(command: GitCommand, child: ChildProcess, signal: AbortSignal): Ending {
  let reason: { readonly error: unknown } | null = null;
  const stop = (error: unknown): void => {
    reason ??= { error };
    killGroup(child);
    child.stdout?.destroy();
  };
  const onAbort = (): void => stop(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const exit = new Promise<number>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? notInstalled(command.program) : error);
    });
    child.once('close', (code) => {
      if (reason !== null) reject(reason.error);
      else resolve(code ?? 128);
    });
  }).finally(() => {
    signal.removeEventListener('abort', onAbort);
  });
  return { exit, stop };
}

function notInstalled(program: string): Error {
  return createError('MAYFLY_GIT_NOT_INSTALLED', { program });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

/** Runs git to its end and returns its output; over `maxBytes` it is ended with the error given. */
export async function collectGit(
  running: RunningGit,
  maxBytes: number,
  tooLarge: () => Error,
): Promise<GitExit & { readonly stdout: Buffer }> {
  const chunks: Buffer[] = [];
  let size = 0;
  running.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) running.stop(tooLarge());
    else chunks.push(chunk);
  });
  const exit = await running.exit;
  return { ...exit, stdout: Buffer.concat(chunks) };
}
