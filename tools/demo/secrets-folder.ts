import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a reader of the sink sees: key names, and a fingerprint that tells a change without telling a value. */
export interface SeenSecret {
  readonly name: string;
  readonly keys: readonly string[];
  readonly fingerprint: string;
}

export async function readSecrets(folder: string): Promise<readonly SeenSecret[]> {
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
