import type { Readable } from 'node:stream';
import { createError } from '#core/errors/mayfly-error.ts';
import {
  isMissingAtHost,
  readTraceLine,
  renderGitFailure,
  type TraceFacts,
} from '#core/git/git-failure.ts';
import { renderGitConfig } from '#core/git/hardening.ts';
import type {
  GitCommands,
  LocalGitCommand,
  RemoteGitCommand,
} from '#core/ports/git/git-program.ts';
import type { Clock } from '#core/ports/time.ts';
import {
  collectOutput,
  startProgram,
  type ProgramCommand,
  type RunningProgram,
} from '#platform/programs/start-program.ts';
import type { HostSession } from './host-session.ts';
import { watchLimits, type LimitContext } from './watch-limits.ts';

export interface GitContext extends LimitContext {
  readonly program: string;
  /** An empty folder. */
  readonly home: string;
  readonly signal: AbortSignal;
  readonly store: string;
}

/** Where git finds the programs it needs itself. */
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const maxTraceLine = 4096;

function renderEnvironment(context: GitContext): Record<string, string> {
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
  };
}

function renderProgram({ program }: GitContext): Pick<ProgramCommand, 'program' | 'notFound'> {
  return { program, notFound: () => createError('MAYFLY_GIT_NOT_INSTALLED', { program }) };
}

export async function runLocal(
  context: GitContext,
  command: LocalGitCommand,
): Promise<Awaited<ReturnType<GitCommands['local']>>> {
  const running = startProgram(
    {
      ...renderProgram(context),
      args: ['--git-dir', context.store, ...renderGitConfig({}), ...command.args],
      env: { ...renderEnvironment(context), GIT_ALLOW_PROTOCOL: '' },
      input: command.input ?? '',
    },
    context.signal,
  );
  const output = collectOutput(running, command);
  const { code } = await running.exit;
  return { code, output: output() };
}

export async function runRemote(
  context: GitContext,
  session: HostSession,
  command: RemoteGitCommand,
): Promise<Uint8Array | 'missing'> {
  const { credentials, url } = session;
  const running = startProgram(
    {
      ...renderProgram(context),
      args: ['--git-dir', context.store, ...renderGitConfig(session.config), ...command.args],
      env: {
        ...renderEnvironment(context),
        GIT_ALLOW_PROTOCOL: url.scheme,
        GIT_TRACE_CURL: '3',
        GIT_TRACE_CURL_NO_DATA: '1',
        ...credentials.env,
      },
      descriptors: credentials.descriptor === null ? ['pipe'] : ['pipe', credentials.descriptor],
      input: command.input ?? '',
      ...(command.onProgress === undefined ? {} : { onProgress: command.onProgress }),
    },
    context.signal,
  );
  credentials.attach(running.child);
  const facts = readTrace(running, context.clock);
  const tooLarge: () => Error = () =>
    createError('MAYFLY_GIT_REFS_EXCEEDED', { host: context.host, limit: command.maxOutput });
  const output = collectOutput(running, { maxOutput: command.maxOutput, tooLarge });
  const { code, stderr } = await watchLimits(running, command.growth, context);
  if (code === 0) return output();
  if (isMissingAtHost(stderr)) return 'missing';
  throw renderGitFailure({ host: context.host, stderr, ...facts() });
}

/** Git itself redacts credentials in its trace; of the rest, status and `Retry-After` alone are kept. */
function readTrace(running: RunningProgram, clock: Clock): () => TraceFacts {
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
