/** Everything a git test needs: a repository, a server for it, and the adapter under test. */
import { join } from 'node:path';
import { createGitRepository } from '#adapters/git/create-git-repository.ts';
import {
  createGitProgram,
  type GitProgramDeps,
  type GitProgramOptions,
} from '#adapters/git-program/create-git-program.ts';
import { createSshAgent } from '#adapters/ssh-agent/create-ssh-agent.ts';
import type { GitRepository, GitRequest } from '#core/ports/git/git-repository.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { createGitWorkTree, type GitWorkTree } from './create-git-work-tree.ts';
import {
  createTestGitServer,
  type TestGitServer,
  type TestGitServerOptions,
} from './create-test-git-server.ts';

export interface GitBench {
  readonly folder: string;
  readonly work: GitWorkTree;
  readonly server: TestGitServer;
  readonly repository: GitRepository;
  /** A request for branch `main` of the server, with these changes. */
  request(changes?: Partial<GitRequest>): GitRequest;
  close(): Promise<void>;
}

export const never = new AbortController().signal;

export const defaultLimits = {
  bytes: 64 * 1024 * 1024,
  files: 1000,
  fileBytes: 1024 * 1024,
  commits: 100,
};

export interface RepositoryChanges {
  readonly deps?: Partial<GitProgramDeps>;
  readonly options?: Partial<GitProgramOptions>;
}

/** Makes a fresh adapter, as after a restart, over the stores of a folder. */
export async function openRepository(
  folder: string,
  changes: RepositoryChanges = {},
): Promise<GitRepository> {
  const clock = createSystemClock();
  const program = await createGitProgram(
    { clock, sshAgent: createSshAgent(), ...changes.deps },
    {
      directory: join(folder, 'programs'),
      policy: { allowedHosts: ['localhost', '127.0.0.1'] },
      ...changes.options,
    },
  );
  return createGitRepository({ clock, program }, { directory: join(folder, 'stores') });
}

export async function createGitBench(
  options: Omit<TestGitServerOptions, 'repository'> = {},
): Promise<GitBench> {
  const folder = await createTempFolder();
  const work = await createGitWorkTree(folder.path);
  const server = await createTestGitServer({ ...options, repository: work.bare });
  const repository = await openRepository(folder.path);
  return {
    folder: folder.path,
    work,
    server,
    repository,
    request: (changes = {}) => ({
      key: 'default/source',
      url: server.url,
      ref: { kind: 'branch', name: 'main' },
      auth: { kind: 'none' },
      ca: server.caPem,
      history: 'FastForwardOnly',
      limits: defaultLimits,
      timeoutMs: 20_000,
      include: [],
      accepted: null,
      ...changes,
    }),
    close: async () => {
      await server.close();
      await folder.remove();
    },
  };
}
