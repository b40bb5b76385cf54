/** A bare repository and a work tree that pushes to it, for tests and demos. Free of the test runner. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface GitWorkTree {
  /** The bare repository, as a server serves it. */
  readonly bare: string;
  /** The work tree. */
  readonly path: string;
  /** Runs git in the work tree and returns what it prints. */
  git(...args: readonly string[]): Promise<string>;
  /** Writes files (null removes one), commits and pushes them, and returns the commit id. */
  push(
    files: Readonly<Record<string, string | Uint8Array | null>>,
    message?: string,
  ): Promise<string>;
}

/** Makes an empty bare repository with branch `main` and a work tree of it, in two new folders below `parent`. */
export async function createGitWorkTree(parent: string): Promise<GitWorkTree> {
  const bare = join(parent, 'repository.git');
  const path = join(parent, 'work');
  const git = async (...args: readonly string[]): Promise<string> => runGitIn(path, args);
  await runGitIn(parent, ['init', '-q', '--bare', '-b', 'main', bare]);
  await runGitIn(parent, ['init', '-q', '-b', 'main', path]);
  await git('remote', 'add', 'origin', bare);
  return {
    bare,
    path,
    git,
    push: async (files, message = 'change files') => {
      for (const [name, content] of Object.entries(files)) await put(join(path, name), content);
      await git('add', '--all');
      await git('commit', '-q', '--allow-empty', '-m', message);
      await git('push', '-q', '--force', 'origin', 'HEAD');
      return (await git('rev-parse', 'HEAD')).trim();
    },
  };
}

async function put(path: string, content: string | Uint8Array | null): Promise<void> {
  if (content === null) {
    await rm(path, { force: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** Runs git as a test author, apart from the configuration of the machine and its users. */
async function runGitIn(folder: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run('git', [...args], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Test',
      GIT_AUTHOR_EMAIL: 'test@example.org',
      GIT_COMMITTER_NAME: 'Test',
      GIT_COMMITTER_EMAIL: 'test@example.org',
      GIT_ALLOW_PROTOCOL: 'file',
    },
  });
  return stdout;
}
