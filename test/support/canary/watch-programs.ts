import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { listFiles } from './list-files.ts';

const lookEveryMs = 3;
const maxDepth = 8;

export interface ProgramWatch {
  /** The arguments and environments of every program that was seen, and the content of files that were. */
  readonly seen: ReadonlySet<string>;
  end(): Promise<void>;
}

/**
 * Looks, as often as it can, at all programs that one program has started, and beside that at the files below the
 * folders that are there at the moment.
 */
export function watchPrograms(
  pid: number,
  listFolders: () => Promise<readonly string[]>,
): ProgramWatch {
  const seen = new Set<string>();
  const over = new AbortController();

  async function lookAt(parent: number, depth: number): Promise<void> {
    const children = await read(`/proc/${parent}/task/${parent}/children`);
    for (const child of children.split(' ').filter((each) => each !== '')) {
      seen.add(await read(`/proc/${child}/cmdline`));
      seen.add(await read(`/proc/${child}/environ`));
      if (depth < maxDepth) await lookAt(Number(child), depth + 1);
    }
  }

  async function lookIn(folder: string): Promise<void> {
    for (const path of await listFiles(folder).catch(() => [])) {
      seen.add(`${path}\n${await read(path)}`);
    }
  }

  async function repeat(look: () => Promise<void>): Promise<void> {
    while (!over.signal.aborted) {
      await look();
      await delay(lookEveryMs);
    }
  }

  const watching = Promise.all([
    repeat(async () => await lookAt(pid, 0)),
    repeat(async () => {
      for (const folder of await listFolders()) await lookIn(folder);
    }),
  ]);
  return {
    seen,
    async end(): Promise<void> {
      over.abort();
      await watching;
    },
  };
}

/** What is gone by now is nothing. */
async function read(path: string): Promise<string> {
  return await readFile(path, 'latin1').catch(() => '');
}
