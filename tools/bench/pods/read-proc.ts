import { readdir, readFile } from 'node:fs/promises';

/** What the kernel says of a running program. */
export interface ProcReader {
  /** How long its threads have run so far, in seconds. */
  cpuSeconds(): Promise<number>;
  /** Its memory in MiB, files that it has mapped included. */
  residentMiB(): Promise<number>;
  /** Its memory in MiB that no file stands behind. */
  anonymousMiB(): Promise<number>;
}

export function createProcReader(pid: number): ProcReader {
  return {
    cpuSeconds: async () => await readCpuSeconds(pid),
    residentMiB: async () => await readMiB(`/proc/${pid}/smaps_rollup`, 'Rss'),
    anonymousMiB: async () => await readMiB(`/proc/${pid}/smaps_rollup`, 'Anonymous'),
  };
}

/** The scheduler counts in ns, and each thread by itself. */
async function readCpuSeconds(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(
    threads.map(async (thread) => {
      const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0');
      return Number(text.split(' ')[0]) / 1e9;
    }),
  );
  return times.reduce((sum, time) => sum + time, 0);
}

async function readMiB(path: string, field: string): Promise<number> {
  const line = (await readFile(path, 'utf8'))
    .split('\n')
    .find((each) => each.startsWith(`${field}:`));
  return Number(line?.split(/\s+/u)[1]) / 1024;
}
