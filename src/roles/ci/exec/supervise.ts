import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import { readErrno } from '#platform/files/system-error.ts';
import { wait } from '#platform/time/wait.ts';
import { createMaskStream, type MaskedForms } from '../masks/mask-stream.ts';

/** A program to run, and what it prints on. */
export interface ProgramStart {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is masked in its output; null leaves it its own standard output. */
  readonly masked: MaskedForms | null;
  /** At a terminal it shares the terminal's group, else it leads a group of its own. */
  readonly isTerminal: boolean;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** A program that runs. */
export interface Supervised {
  /** The exit code, 128 and the number of the signal that ended it; settled when its output is through. */
  readonly ended: Promise<number>;
  forward(signal: NodeJS.Signals): void;
}

/** A terminal sends these to everybody in its group by itself. */
const ofTerminal: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);
const graceMs = 2_000;
const lookMs = 50;

/**
 * Starts a program without a shell. When it ends, what it has left running in its group is ended too: the lease is
 * over. Throws `MAYFLY_CI_PROGRAM` when it cannot be started.
 */
export async function supervise(start: ProgramStart, clock: Clock): Promise<Supervised> {
  const { program, args, env, masked, isTerminal } = start;
  const output = masked === null ? 'inherit' : 'pipe';
  const child = spawn(program, [...args], {
    env,
    stdio: ['inherit', output, output],
    detached: !isTerminal,
  });
  const ended = watchEnd(child);
  await untilStarted(child, program);
  function abandon(): void {
    endNow(child, isTerminal);
  }
  process.once('exit', abandon);
  const shown = masked === null ? [] : showMasked(child, start, masked);
  return {
    ended: ended.then(async (code) => {
      if (!isTerminal) await endGroup(child, clock);
      await Promise.race([Promise.allSettled(shown), pauseFor(clock, graceMs)]);
      process.off('exit', abandon);
      return code;
    }),
    forward: (signal) => {
      if (!isTerminal || !ofTerminal.has(signal)) child.kill(signal);
    },
  };
}

async function untilStarted(child: ChildProcess, program: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(failureOf(program, error)));
  });
}

function failureOf(program: string, cause: unknown): MayflyError {
  return createError('MAYFLY_CI_PROGRAM', { program, reason: readErrno(cause) }, { cause });
}

async function watchEnd(child: ChildProcess): Promise<number> {
  return await new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

function showMasked(
  child: ChildProcess,
  { stdout, stderr }: ProgramStart,
  masked: MaskedForms,
): readonly Promise<void>[] {
  return [show(child.stdout, stdout, masked), show(child.stderr, stderr, masked)];
}

async function show(from: Readable | null, to: Writable, masked: MaskedForms): Promise<void> {
  if (from !== null) await pipeline(from, createMaskStream(masked), to, { end: false });
}

/** Without anybody beside it, nobody would end its lease. */
function endNow(child: ChildProcess, isTerminal: boolean): void {
  if (isTerminal || child.pid === undefined) child.kill('SIGKILL');
  else signalGroup(child.pid, 'SIGKILL');
}

async function endGroup({ pid }: ChildProcess, clock: Clock): Promise<void> {
  if (pid === undefined || !signalGroup(pid, 'SIGTERM')) return;
  for (let waited = 0; waited < graceMs; waited += lookMs) {
    await pauseFor(clock, lookMs);
    if (!signalGroup(pid, 0)) return;
  }
  signalGroup(pid, 'SIGKILL');
}

/** False when nobody is left in it. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

async function pauseFor(clock: Clock, ms: number): Promise<void> {
  await wait(clock, ms, new AbortController().signal);
}
