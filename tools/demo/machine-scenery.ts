import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readCleanEnvironment } from './clean-environment.ts';
import type { Scenery, SeenSecret } from './scenery.ts';

const run = promisify(execFile);

/** This machine, with `mayfly standalone` on it. */
export function createMachineScenery(
  program: string,
  { secrets, configFile }: { readonly secrets: string; readonly configFile: string },
): Scenery {
  const pathOf = (name: string): string => join(secrets, name, '..data', 'password');
  return {
    form: 'as files in memory',
    command: 'mayfly status',
    part: 'a file',
    readSecrets: async () => await readSecrets(secrets),
    async readStatus() {
      const env = readCleanEnvironment();
      const args = [program, 'status', '--config', configFile];
      const { stdout } = await run(process.execPath, args, { env }).catch(readFailed);
      return stdout;
    },
    async edit(name) {
      await chmod(pathOf(name), 0o600);
      await writeFile(pathOf(name), 'not what git says');
    },
    damage: async (name) => await rm(pathOf(name)),
  };
}

/** `status` answers with an exit code of its own while something is not ready; what it printed still counts. */
function readFailed(error: unknown): { stdout: string } {
  const stdout: unknown = error instanceof Error && 'stdout' in error ? error.stdout : '';
  return { stdout: typeof stdout === 'string' ? stdout : '' };
}

async function readSecrets(folder: string): Promise<readonly SeenSecret[]> {
  const names = await readdir(folder).catch(() => []);
  const seen = await Promise.all(names.map((name) => readSecret(folder, name)));
  return seen.filter((secret) => secret.keys.length > 0);
}

async function readSecret(folder: string, name: string): Promise<SeenSecret> {
  const path = join(folder, name);
  const keys = (await readdir(path).catch(() => [])).filter((key) => !key.startsWith('..'));
  keys.sort((a, b) => a.localeCompare(b));
  const hash = createHash('sha256');
  for (const key of keys) {
    hash.update(`${key}\0`).update(await readFile(join(path, key)).catch(() => ''));
  }
  return { name, keys, fingerprint: hash.digest('hex') };
}
