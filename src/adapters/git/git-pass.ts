import { rm } from 'node:fs/promises';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import { parseGitUrl } from '#core/git/address/git-url.ts';
import { parseGitVersion } from '#core/git/git-version.ts';
import type { GitCommands, GitProgram } from '#core/ports/git-program.ts';
import type { GitRequest } from '#core/ports/git-repository.ts';
import type { Clock } from '#core/ports/time.ts';
import { openObjectStore, storePath } from './object-store.ts';

/** One pass over one source: what is asked for, the local store, and git. */
export interface GitPass {
  readonly request: GitRequest;
  readonly store: string;
  readonly git: GitCommands;
}

export interface PassRunner {
  /** Runs one pass within the time of the request, after those of the same source that were asked before. */
  readonly run: <T>(
    request: GitRequest,
    signal: AbortSignal,
    body: (pass: GitPass) => Promise<T>,
  ) => Promise<T>;
  readonly inTurn: <T>(key: string, body: () => Promise<T>) => Promise<T>;
}

export interface PassDeps {
  readonly clock: Clock;
  readonly program: GitProgram;
}

export function createPassRunner({ clock, program }: PassDeps, directory: string): PassRunner {
  const inTurn = createTurns();
  let isVersionKnown = false;
  return {
    inTurn,
    run: (request, signal, body) =>
      inTurn(request.key, () =>
        withDeadline(clock, { request, signal }, async (bounded) => {
          const store = storePath(directory, request.key);
          await openObjectStore(store, request.limits.bytes);
          const pass = { request, store, git: program.open(store, request, bounded) };
          return endPass(pass, async () => {
            if (!isVersionKnown) await checkVersion(pass.git);
            isVersionKnown = true;
            return body(pass);
          });
        }),
      ),
  };
}

async function checkVersion(git: GitCommands): Promise<void> {
  const { output } = await git.local({
    args: ['--version'],
    maxOutput: 1024,
    tooLarge: () => createError('MAYFLY_GIT_TOO_OLD', { version: 'unknown' }),
  });
  const line = Buffer.from(output).toString();
  if (parseGitVersion(line)?.isSupported === true) return;
  throw createError('MAYFLY_GIT_TOO_OLD', { version: line.trim().slice('git version '.length) });
}

interface Asked {
  readonly request: GitRequest;
  readonly signal: AbortSignal;
}

async function endPass<T>(pass: GitPass, body: (pass: GitPass) => Promise<T>): Promise<T> {
  try {
    return await body(pass);
  } catch (error) {
    // Objects that do not verify may have been damaged here: the next pass fetches them anew.
    if (isMayflyError(error) && error.kind === 'corrupt') {
      await rm(pass.store, { recursive: true, force: true });
    }
    throw error;
  } finally {
    await pass.git.close();
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
  function onAbort(): void {
    controller.abort(signal.reason);
  }
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
