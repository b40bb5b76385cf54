import { fstatSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import type { CiWorld } from '../ci-world.ts';

/** What a command is given of the process around it. */
export interface CiTerminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** The world as this process has it. */
export function createCiWorld({ env, stderr }: CiTerminal): CiWorld {
  return {
    env,
    clock: createSystemClock(),
    random: createSystemRandom(),
    isLogKept: isFile(2),
    write: (text) => void stderr.write(text),
  };
}

/** False for a descriptor that is closed. */
function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}
