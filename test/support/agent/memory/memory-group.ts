import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeControlGroups } from '#test/support/cluster/servers/remove-control-groups.ts';

const root = '/sys/fs/cgroup';

/** The files of a control group, by their names in either version. */
const versions = [
  {
    place: join(root, 'memory'),
    limit: 'memory.limit_in_bytes',
    noSwap: ['memory.swappiness', '0'],
    kills: 'memory.oom_control',
  },
  { place: root, limit: 'memory.max', noSwap: ['memory.swap.max', '0'], kills: 'memory.events' },
] as const;

/** A limit of memory for programs, as containers have one. The kernel kills one of them when they go over it. */
export interface MemoryGroup {
  /** What to put in front of a program and its arguments to have it in the group; it keeps its process id. */
  readonly enter: readonly string[];
  /** How often the kernel has killed something in it. */
  readKills(): Promise<number>;
  remove(): Promise<void>;
}

/** Null where memory can be limited, else why not. */
export async function whyNoMemoryGroup(): Promise<string | null> {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root';
  try {
    await (await createMemoryGroup(2 ** 30)).remove();
    return null;
  } catch {
    return 'this machine allows no limits of memory';
  }
}

export async function createMemoryGroup(bytes: number): Promise<MemoryGroup> {
  const version = versions.find(({ place }) => existsSync(join(place, 'cgroup.procs')));
  if (version === undefined) throw new Error('no control groups');
  const name = `mayfly-memory-${randomUUID()}`;
  const folder = join(version.place, name);
  await mkdir(folder);
  const remove = async (): Promise<void> => await removeControlGroups(name);
  try {
    await writeFile(join(folder, version.limit), String(bytes));
    const [file, value] = version.noSwap;
    // Not there where the machine counts no swap.
    await writeFile(join(folder, file), value, { flag: 'r+' }).catch(() => undefined);
  } catch (error) {
    await rmdir(folder);
    throw error;
  }
  return {
    enter: ['/bin/sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', folder],
    readKills: async () => {
      const text = await readFile(join(folder, version.kills), 'utf8');
      return Number(/^oom_kill (\d+)$/mu.exec(text)?.[1] ?? 0);
    },
    remove,
  };
}
