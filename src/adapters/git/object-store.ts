import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createError } from '#core/errors/mayfly-error.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';

const config = `[core]
\trepositoryformatversion = 1
\tbare = true
[extensions]
\tpartialClone = origin
[remote "origin"]
\tpromisor = true
`;

/** Each fetch leaves a pack or two; with many of them look-ups get slow, and fetching anew is cheap. */
const maxPacks = 48;

const storeKey =
  /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/u;

export function storePath(root: string, key: string): string {
  if (!storeKey.test(key)) throw createError('MAYFLY_GIT_KEY_INVALID', {});
  return join(root, `${key.replace('/', '_')}.git`);
}

/**
 * Opens the objects of one source: a bare repository that nothing but this adapter writes. What an ended process left
 * half-written is removed. A store that is missing, borrows objects elsewhere, has grown past half of `maxBytes` or holds
 * too many packs is made anew.
 */
export async function openObjectStore(path: string, maxBytes: number): Promise<void> {
  if (!(await isSound(path, maxBytes))) {
    await rm(path, { recursive: true, force: true });
    await mkdir(join(path, 'objects', 'pack'), { recursive: true, mode: 0o700 });
    await mkdir(join(path, 'refs'), { mode: 0o700 });
    // Written last: without it git sees no repository, so a half-made store is made anew.
    await writeFile(join(path, 'HEAD'), 'ref: refs/heads/none\n', { mode: 0o600 });
  }
  // Git notes the last filter in there, and would use it again.
  await writeFile(join(path, 'config'), config, { mode: 0o600 });
}

async function isSound(path: string, maxBytes: number): Promise<boolean> {
  try {
    await stat(join(path, 'HEAD'));
    const info = await readdir(join(path, 'objects', 'info')).catch(() => []);
    if (info.some((name) => name.includes('alternates'))) return false;
    await removeLeftovers(path);
    const packs = await readdir(join(path, 'objects', 'pack'));
    if (packs.filter((name) => name.endsWith('.pack')).length > maxPacks) return false;
    return (await measureStore(path)) <= maxBytes / 2;
  } catch {
    return false;
  }
}

async function removeLeftovers(path: string): Promise<void> {
  const folders = [path, join(path, 'objects', 'pack'), join(path, 'refs', 'mayfly')];
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    const stale = names.filter((name) => name.startsWith('tmp_') || name.endsWith('.lock'));
    for (const name of stale) await rm(join(folder, name), { force: true, recursive: true });
  }
}

/** Makes the store anew, empty. */
export async function resetObjectStore(path: string, maxBytes: number): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await openObjectStore(path, maxBytes);
}

const maxEndsBytes = 64 * 1024;

/** The commits whose parents were left out when they were fetched. */
export async function readHistoryEnds(path: string): Promise<readonly string[]> {
  const ends = await readFileBounded(join(path, 'shallow'), maxEndsBytes).catch(() => null);
  return ends === null ? [] : ends.toString('latin1').split('\n').slice(0, -1);
}

/** The bytes of all packs, half-received ones included. */
export async function measureStore(path: string): Promise<number> {
  const folder = join(path, 'objects', 'pack');
  let size = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    size += (await stat(join(folder, name)).catch(() => null))?.size ?? 0;
  }
  return size;
}
