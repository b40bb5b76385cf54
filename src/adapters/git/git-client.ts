import type { Readable } from 'node:stream';
import { createError } from '#core/errors/mayfly-error.ts';
import {
  isMissingAtHost,
  readTraceLine,
  renderGitFailure,
  type TraceFacts,
} from '#core/git/git-failure.ts';
import { renderGitConfig } from '#core/git/hardening.ts';
import type { Clock } from '#core/ports/time.ts';
import type { HostSession } from './host-session.ts';
import { measureStore } from './object-store.ts';
import { collectGit, startGit, type GitExit, type RunningGit } from './run-git.ts';

export interface GitClientContext {
  readonly program: string;
  readonly clock: Clock;
  /** An empty folder. */
  readonly home: string;
  /** Ends the pass, by time too. */
  readonly signal: AbortSignal;
  /** The store's folder. */
  readonly path: string;
  /** The host as messages name it. */
  readonly host: string;
}

export interface RemoteCommand {
  readonly args: readonly string[];
  readonly input?: string;
  /** How much the store may grow. */
  readonly maxGrowth?: number;
  readonly maxOutput?: number;
  readonly onProgress?: (text: string) => Error | null;
}

/** Where git finds the programs it needs itself. */
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const maxLocalOutput = 64 * 1024;
const maxTraceLine = 4096;
const measureEveryMs = 100;

/** Runs a command that asks nobody: no protocol is allowed, so a missing object is an error and not a fetch. */
export function startLocal(
  context: GitClientContext,
  args: readonly string[],
  input?: string,
): RunningGit {
  return startGit(
    {
      program: context.program,
      args: ['--git-dir', context.path, ...renderGitConfig({}), ...args],
      env: { ...renderEnvironment(context), GIT_ALLOW_PROTOCOL: '' },
      ...(input === undefined ? {} : { input }),
    },
    context.signal,
  );
}

/** The output of a short local command, or null when git answers that it is not so. */
export async function readLocal(
  context: GitClientContext,
  args: readonly string[],
): Promise<string | null> {
  const tooLarge = (): Error => createError('MAYFLY_GIT_OBJECTS_CORRUPT', { host: context.host });
  const { code, stdout } = await collectGit(startLocal(context, args), maxLocalOutput, tooLarge);
  return code === 0 ? stdout.toString() : null;
}

function renderEnvironment(context: GitClientContext): Record<string, string> {
  return {
    PATH: searchPath,
    HOME: context.home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_FLUSH: '1',
  };
}

/** The host no longer has, or does not give, what was asked for. */
export type RemoteResult =
  { readonly kind: 'done'; readonly stdout: Buffer } | { readonly kind: 'missing' };

/** Runs a command that speaks to the session's host; throws the typed error of what went wrong there. */
export async function runRemote(
  context: GitClientContext,
  session: HostSession,
  command: RemoteCommand,
): Promise<RemoteResult> {
  const { credentials, url } = session;
  const running = startGit(
    {
      program: context.program,
      args: ['--git-dir', context.path, ...renderGitConfig(session.config), ...command.args],
      env: {
        ...renderEnvironment(context),
        GIT_ALLOW_PROTOCOL: url.scheme,
        GIT_TRACE_CURL: '3',
        GIT_TRACE_CURL_NO_DATA: '1',
        ...credentials.env,
      },
      descriptors: credentials.descriptor === null ? ['pipe'] : ['pipe', credentials.descriptor],
      ...(command.input === undefined ? {} : { input: command.input }),
      ...(command.onProgress === undefined ? {} : { onProgress: command.onProgress }),
    },
    context.signal,
  );
  credentials.attach(running.child);
  const trace = readTrace(running, context.clock);
  const stopWatching = watchGrowth(context, running, command.maxGrowth ?? 0);
  const maxOutput = command.maxOutput ?? maxLocalOutput;
  const tooLarge = (): Error =>
    createError('MAYFLY_GIT_REFS_EXCEEDED', { host: context.host, limit: maxOutput });
  try {
    const exit = await collectGit(running, maxOutput, tooLarge);
    return judgeExit(exit, context.host, trace());
  } finally {
    stopWatching();
  }
}

function judgeExit(
  exit: GitExit & { readonly stdout: Buffer },
  host: string,
  facts: TraceFacts,
): RemoteResult {
  if (exit.code === 0) return { kind: 'done', stdout: exit.stdout };
  if (isMissingAtHost(exit.stderr)) return { kind: 'missing' };
  throw renderGitFailure({ host, stderr: exit.stderr, ...facts });
}

/** Git itself redacts credentials in its trace; of the rest, status and `Retry-After` alone are kept. */
function readTrace(running: RunningGit, clock: Clock): () => TraceFacts {
  let facts: TraceFacts = { status: null, retryAfterMs: null };
  let rest = '';
  const trace = running.child.stdio[3] as Readable | null | undefined;
  trace?.setEncoding('latin1');
  trace?.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(0, maxTraceLine);
    for (const line of lines) facts = readTraceLine(facts, line, clock.now());
  });
  return () => facts;
}

/** Git has no limit of its own for what it receives. */
function watchGrowth(
  context: GitClientContext,
  running: RunningGit,
  maxGrowth: number,
): () => void {
  if (maxGrowth === 0) return () => undefined;
  let isOver = false;
  let cancel = (): void => undefined;
  const before = measureStore(context.path);
  const look = async (): Promise<void> => {
    const growth = (await measureStore(context.path)) - (await before);
    if (isOver) return;
    if (growth > maxGrowth) {
      running.stop(
        createError('MAYFLY_GIT_BYTES_EXCEEDED', { host: context.host, limit: maxGrowth }),
      );
    } else cancel = context.clock.after(measureEveryMs, () => void look());
  };
  void look();
  return () => {
    isOver = true;
    cancel();
  };
}
