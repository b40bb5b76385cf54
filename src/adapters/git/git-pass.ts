import { rm } from 'node:fs/promises';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import { parseGitUrl } from '#core/git/git-url.ts';
import type { GitRequest } from '#core/ports/git-repository.ts';
import type { Clock } from '#core/ports/time.ts';
import type { GitClientContext } from './git-client.ts';
import { openHostSession, type HostSession, type HostSessionOptions } from './host-session.ts';
import { openObjectStore, storePath } from './object-store.ts';

/** One pass over one source: the local store, the host, and what is asked for. */
export interface GitPass {
  readonly request: GitRequest;
  readonly context: GitClientContext;
  /** Opened when the host is first needed. */
  readonly session: () => Promise<HostSession>;
}

export interface PassOptions {
  readonly directory: string;
  /** An empty folder. */
  readonly home: string;
  readonly program: string;
  readonly session: HostSessionOptions;
}

export interface PassRunner {
  /** Runs one pass within the time of the request, after those of the same source that were asked before. */
  run<T>(request: GitRequest, signal: AbortSignal, body: (pass: GitPass) => Promise<T>): Promise<T>;
  inTurn<T>(key: string, body: () => Promise<T>): Promise<T>;
}

export function createPassRunner(clock: Clock, options: PassOptions): PassRunner {
  const inTurn = createTurns();
  return {
    inTurn,
    run: (request, signal, body) =>
      inTurn(request.key, () =>
        withDeadline(clock, { request, signal }, async (bounded) => {
          const pass = createPass(clock, options, { request, signal: bounded });
          await openObjectStore(pass.context.path, request.limits.bytes);
          return endPass(pass, body);
        }),
      ),
  };
}

interface Asked {
  readonly request: GitRequest;
  readonly signal: AbortSignal;
}

interface OpenPass extends GitPass {
  close(): Promise<void>;
}

function createPass(clock: Clock, options: PassOptions, { request, signal }: Asked): OpenPass {
  let opened: Promise<HostSession> | null = null;
  return {
    request,
    context: {
      program: options.program,
      clock,
      home: options.home,
      signal,
      path: storePath(options.directory, request.key),
      host: parseGitUrl(request.url).host,
    },
    session: () => {
      opened ??= openHostSession(request, options.session, signal);
      return opened;
    },
    close: async () => {
      const session = await opened?.catch(() => null);
      await session?.close();
    },
  };
}

async function endPass<T>(pass: OpenPass, body: (pass: GitPass) => Promise<T>): Promise<T> {
  try {
    return await body(pass);
  } catch (error) {
    // Objects that do not verify may have been damaged here: the next pass fetches them anew.
    if (isMayflyError(error) && error.kind === 'corrupt') {
      await rm(pass.context.path, { recursive: true, force: true });
    }
    throw error;
  } finally {
    await pass.close();
  }
}

async function withDeadline<T>(
  clock: Clock,
  { request, signal }: Asked,
  body: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const { host } = parseGitUrl(request.url);
  const seconds = Math.round(request.timeoutMs / 1000);
  const cancelTimer = clock.after(request.timeoutMs, () =>
    controller.abort(createError('MAYFLY_GIT_TIMEOUT', { host, seconds })),
  );
  const onAbort = (): void => controller.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await body(controller.signal);
  } finally {
    cancelTimer();
    signal.removeEventListener('abort', onAbort);
  }
}

/** Work on one key goes one after the other; a failure does not hold up the next. */
function createTurns(): PassRunner['inTurn'] {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, body) => {
    const before = tails.get(key) ?? Promise.resolve();
    const turn = before.then(body, body);
    tails.set(key, turn);
    try {
      return await turn;
    } finally {
      if (tails.get(key) === turn) tails.delete(key);
    }
  };
}
