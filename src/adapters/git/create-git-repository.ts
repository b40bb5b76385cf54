import { rm } from 'node:fs/promises';
import type { GitProgram } from '#core/ports/git/git-program.ts';
import type { GitRepository } from '#core/ports/git/git-repository.ts';
import type { Clock } from '#core/ports/time.ts';
import { ensureTrees, fetchOffered, listOffered } from './fetch-revision.ts';
import { createPassRunner } from './git-pass.ts';
import { storePath } from './object-store.ts';
import { ensureBlobs, readLocalBlobs } from './read-blobs.ts';
import { createReadAhead } from './read-ahead.ts';
import { readTree } from './read-tree.ts';

export interface GitRepositoryDeps {
  readonly clock: Clock;
  readonly program: GitProgram;
}

export interface GitRepositoryOptions {
  /** Where the local object stores are; a folder of this process alone. They may be lost at any time. */
  readonly directory: string;
}

/** Of all sources together. */
const maxAheadBytes = 16 * 1024 * 1024;

/** Repositories read through the git binary. Nothing is checked out, and nothing of a repository is executed. */
export function createGitRepository(
  deps: GitRepositoryDeps,
  { directory }: GitRepositoryOptions,
): GitRepository {
  const runner = createPassRunner(deps, directory);
  const ahead = createReadAhead(maxAheadBytes);
  return {
    fetch: (request, signal) =>
      runner.run(request, signal, async (pass) => fetchOffered(pass, await listOffered(pass))),
    listFiles: (request, commit, signal) =>
      runner.run(request, signal, async (pass) => {
        await ensureTrees(pass, { commit, wanted: commit });
        return readTree(pass, commit);
      }),
    prefetch: async (request, blobs, signal) => {
      const sizes = await runner.run(request, signal, (pass) => ensureBlobs(pass, blobs));
      await ahead.replace(request.key, readLocalBlobs({ request, signal, runner }, blobs, sizes));
    },
    readBlobs: async function* readBlobs(request, blobs, signal) {
      const taken = ahead.take(request.key, blobs);
      if (taken !== null) {
        yield* taken;
        return;
      }
      const sizes = await runner.run(request, signal, (pass) => ensureBlobs(pass, blobs));
      yield* readLocalBlobs({ request, signal, runner }, blobs, sizes);
    },
    forget: async (key) => {
      ahead.forget(key);
      await runner.inTurn(key, () =>
        rm(storePath(directory, key), { recursive: true, force: true }),
      );
    },
  };
}
