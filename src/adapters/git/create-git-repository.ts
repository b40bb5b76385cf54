import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostPolicy } from '#core/git/host-policy.ts';
import type { GitRepository } from '#core/ports/git-repository.ts';
import type { SshAgent } from '#core/ports/ssh-agent.ts';
import type { Clock } from '#core/ports/time.ts';
import { writeLaunchers } from './credentials.ts';
import { ensureTrees, fetchOffered, listOffered } from './fetch-revision.ts';
import { createPassRunner } from './git-pass.ts';
import { resolveWithSystem, type ResolveHost } from './host-session.ts';
import { storePath } from './object-store.ts';
import { ensureBlobs, readLocalBlobs } from './read-blobs.ts';
import { readTree } from './read-tree.ts';

export interface GitRepositoryDeps {
  readonly clock: Clock;
  readonly sshAgent: SshAgent;
  /** The system's resolver when it is not given. */
  readonly resolveHost?: ResolveHost;
}

export interface GitRepositoryOptions {
  /** Where the local object stores are; a folder of this process alone. */
  readonly directory: string;
  readonly policy: HostPolicy;
  /** A folder of a memory file system, for what a login needs; `/dev/shm` when it is not given. */
  readonly memoryDirectory?: string;
  /** The git program, 2.37 or newer; looked up on the search path when it is not given. */
  readonly gitProgram?: string;
  readonly sshProgram?: string;
}

/** Repositories read through the git binary. Nothing is checked out, and nothing of a repository is executed. */
export async function createGitRepository(
  deps: GitRepositoryDeps,
  options: GitRepositoryOptions,
): Promise<GitRepository> {
  const { directory } = options;
  const programs = join(directory, 'programs');
  const home = join(directory, 'home');
  await writeLaunchers(programs);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const runner = createPassRunner(deps.clock, {
    directory,
    home,
    program: options.gitProgram ?? 'git',
    session: {
      policy: options.policy,
      memoryDirectory: options.memoryDirectory ?? '/dev/shm',
      programs,
      sshProgram: options.sshProgram ?? '/usr/bin/ssh',
      sshAgent: deps.sshAgent,
      resolveHost: deps.resolveHost ?? resolveWithSystem,
    },
  });
  return {
    fetch: (request, signal) =>
      runner.run(request, signal, async (pass) => fetchOffered(pass, await listOffered(pass))),
    listFiles: (request, commit, signal) =>
      runner.run(request, signal, async (pass) => {
        await ensureTrees(pass, commit, commit);
        return readTree(pass, commit);
      }),
    readBlobs: async function* (request, blobs, signal) {
      const sizes = await runner.run(request, signal, (pass) => ensureBlobs(pass, blobs));
      yield* readLocalBlobs({ request, signal, runner }, blobs, sizes);
    },
    forget: (key) =>
      runner.inTurn(key, () => rm(storePath(directory, key), { recursive: true, force: true })),
  };
}
