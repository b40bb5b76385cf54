import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMemoryBacked } from '#platform/files/memory-backed.ts';

export interface SinkFolder {
  readonly path: string;
  readonly onDisk: boolean;
  remove(): Promise<void>;
}

/** In memory where the machine has that, as secrets should be. */
export async function createSinkFolder(): Promise<SinkFolder> {
  const inMemory = await isMemoryBacked('/dev/shm').catch(() => false);
  const path = await mkdtemp(join(inMemory ? '/dev/shm' : tmpdir(), 'mayfly-bench-'));
  return { path, onDisk: !inMemory, remove: () => rm(path, { recursive: true, force: true }) };
}
