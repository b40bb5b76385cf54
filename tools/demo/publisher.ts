import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The people who commit: a bare repository that is served, and the clone they work in. */
export interface Publisher {
  readonly bareRepository: string;
  writeFile(path: string, text: string): Promise<void>;
  readFile(path: string): Promise<string>;
  git(...args: readonly string[]): Promise<string>;
  /** Commits everything and pushes; returns the short commit id. */
  publish(message: string, ...pushOptions: readonly string[]): Promise<string>;
  /** Encrypts a file of the clone in place with `mayfly encrypt`. */
  encrypt(path: string, recipient: string): Promise<void>;
}

const identity = {
  GIT_AUTHOR_NAME: 'Demo',
  GIT_AUTHOR_EMAIL: 'demo@example.org',
  GIT_COMMITTER_NAME: 'Demo',
  GIT_COMMITTER_EMAIL: 'demo@example.org',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

export async function createPublisher(folder: string, program: string): Promise<Publisher> {
  const bareRepository = join(folder, 'served.git');
  const clone = join(folder, 'clone');
  const env = { ...process.env, ...identity };
  await mkdir(clone, { recursive: true });
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', bareRepository], { env });
  const allowed = ['config', 'receive.denyDeleteCurrent', 'ignore'];
  await run('git', ['-C', bareRepository, ...allowed], { env });
  await run('git', ['init', '--quiet', '--initial-branch=main', clone], { env });

  async function git(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('git', ['-C', clone, ...args], { env });
    return stdout.trim();
  }
  await git('remote', 'add', 'origin', bareRepository);

  return {
    bareRepository,
    git,
    async writeFile(path, text) {
      await mkdir(dirname(join(clone, path)), { recursive: true });
      await writeFile(join(clone, path), text);
    },
    async readFile(path) {
      return await readFile(join(clone, path), 'utf8');
    },
    async publish(message, ...pushOptions) {
      await git('add', '--all');
      await git('commit', '--quiet', '--message', message);
      await git('push', '--quiet', ...pushOptions, 'origin', 'HEAD:main');
      return (await git('rev-parse', 'HEAD')).slice(0, 12);
    },
    async encrypt(path, recipient) {
      const args = ['encrypt', join(clone, path), '--age', recipient, '--in-place'];
      if (path.endsWith('.yaml')) args.push('--encrypted-regex', '^(data|stringData)$');
      await run(process.execPath, [program, ...args], { env });
    },
  };
}
