import { existsSync } from 'node:fs';
import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const root = '/sys/fs/cgroup';
/** Programs that were killed are in their groups for a moment more. */
const tries = 100;

/** Where control groups may be made: one place for each controller in version 1, a single one in version 2. */
export async function listControlGroupRoots(): Promise<readonly string[]> {
  if (existsSync(join(root, 'cgroup.controllers'))) return [root];
  const entries = await readdir(root, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));
}

/** Removes the groups of this name and all below them; their programs have ended. */
export async function removeControlGroups(name: string): Promise<void> {
  for (const place of await listControlGroupRoots()) await removeTree(join(place, name));
}

async function removeTree(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  for (let count = 1; count <= tries; count += 1) {
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (isGone) return;
    await wait(20);
  }
}
