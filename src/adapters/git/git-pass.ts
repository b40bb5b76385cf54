import { rm } from 'node:fs/promises';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import { parseGitUrl } from '#core/git/address/git-url.ts';
import { parseGitVersion } from '#core/git/git-version.ts';
import type { GitCommands, GitProgram } from '#core/ports/git/git-program.ts';
import type { GitRequest } from '#core/ports/git/git-repository.ts';
import type { Clock } from '#core/ports/time.ts';
import { createSerial, type Serial } from '#platform/state/serial.ts';
import { withDeadline, type Deadline } from '#platform/time/with-deadline.ts';
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
  readonly inTurn: Serial;
}

export interface PassDeps {
  readonly clock: Clock;
  readonly program: GitProgram;
}

export function createPassRunner({ clock, program }: PassDeps, directory: string): PassRunner {
  const inTurn = createSerial();
  let isVersionKnown = false;
  return {
    inTurn,
    run: (request, signal, body) =>
      inTurn(request.key, () =>
        withDeadline(deadlineOf(clock, request, signal), async (bounded) => {
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

function deadlineOf(clock: Clock, { url, timeoutMs }: GitRequest, signal: AbortSignal): Deadline {
  const { host } = parseGitUrl(url);
  function reason(): Error {
    return createError('MAYFLY_GIT_TIMEOUT', { host, seconds: Math.round(timeoutMs / 1000) });
  }
  return { clock, ms: timeoutMs, signal, reason };
}
