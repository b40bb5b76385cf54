import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SessionFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

export interface SessionFolders {
  /** A new private folder. */
  readonly open: () => Promise<SessionFolder>;
}

/**
 * Private folders in `parent`, which is in memory and may be shared with others. Each is noted in `notes` while it
 * exists; those that an ended process left behind are removed first.
 */
export async function openSessionFolders(parent: string, notes: string): Promise<SessionFolders> {
  await mkdir(notes, { recursive: true, mode: 0o700 });
  async function remove(name: string): Promise<void> {
    await rm(join(parent, name), { recursive: true, force: true });
    await rm(join(notes, name), { force: true });
  }
  for (const name of await readdir(notes)) await remove(name);
  return {
    open: async () => {
      const name = `mayfly-git-${randomUUID()}`;
      await writeFile(join(notes, name), '', { mode: 0o600 });
      const path = join(parent, name);
      await mkdir(path, { mode: 0o700 });
      return { path, remove: () => remove(name) };
    },
  };
}
