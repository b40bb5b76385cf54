import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { readErrno } from '#platform/files/system-error.ts';

export interface ProgramPlaces {
  /** Where the kernel tells of programs: `/proc`. */
  readonly procPath: string;
  readonly ownPid: number;
  readonly ownUid: number;
  kill(pid: number, signal: string): void;
}

const longestStatus = 4096;

/**
 * Sends a signal to the first program of each other container that shares the process namespace of the pod and runs
 * under the agent's own uid. Returns to how many. Programs that these have started are theirs to tell.
 */
export function signalPrograms(places: ProgramPlaces, signal: string): number {
  const pids = readdirSync(places.procPath).flatMap((name) =>
    /^[0-9]{1,10}$/u.test(name) ? [Number(name)] : [],
  );
  return pids.filter((pid) => isFirstOfOther(places, pid) && send(places, pid, signal)).length;
}

/** The first program of a container has its parent outside of the namespace; number 1 is the pod's own. */
function isFirstOfOther({ procPath, ownPid, ownUid }: ProgramPlaces, pid: number): boolean {
  if (pid === 1 || pid === ownPid) return false;
  const status = readStatus(join(procPath, String(pid), 'status'));
  const [parent] = readField(status, 'PPid');
  const [uid] = readField(status, 'Uid');
  return parent === '0' && uid === String(ownUid) && !isOfSameContainer(procPath, pid, ownPid);
}

/** What stands behind a name in a status of proc(5). */
function readField(status: string, name: string): readonly string[] {
  const line = status.split('\n').find((each) => each.startsWith(`${name}:\t`));
  return line?.slice(name.length + 2).split('\t') ?? [];
}

/** Another run of this very program, such as its probe. One that hides its mounts is somebody else's. */
function isOfSameContainer(procPath: string, pid: number, ownPid: number): boolean {
  try {
    const [own, other] = [ownPid, pid].map((each) =>
      readlinkSync(join(procPath, String(each), 'ns', 'mnt')),
    );
    return own === other;
  } catch {
    return false;
  }
}

/** Nothing for a program that has ended meanwhile. */
function readStatus(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(longestStatus);
      return buffer.toString('latin1', 0, readSync(file, buffer));
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

function send(places: ProgramPlaces, pid: number, signal: string): boolean {
  try {
    places.kill(pid, signal);
    return true;
  } catch (error) {
    if (readErrno(error) === 'ESRCH' || readErrno(error) === 'EPERM') return false;
    throw error;
  }
}
