import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

/** Reads all keys of one moment again and again, as fast as it can, until the flag is raised. */
export interface ReaderTask {
  readonly folder: string;
  readonly keys: readonly string[];
  readonly stop: Int32Array;
}

export interface ReaderReport {
  /** Whole sets read. */
  readonly sets: number;
  /** Versions that went away while they were read, as with the kubelet. */
  readonly gone: number;
  /** Sets of which the files did not belong together. */
  readonly mixed: number;
  /** How many different sets were seen. */
  readonly different: number;
}

function readOnce(task: ReaderTask): string[] | null {
  try {
    const version = realpathSync(join(task.folder, '..data'));
    return task.keys.map((key) => readFileSync(join(version, key), 'utf8'));
  } catch {
    return null;
  }
}

function readUntilStopped(task: ReaderTask): ReaderReport {
  const seen = new Set<string>();
  const report = { sets: 0, gone: 0, mixed: 0 };
  do {
    const texts = readOnce(task);
    if (texts === null) report.gone += 1;
    else {
      report.sets += 1;
      if (new Set(texts).size !== 1) report.mixed += 1;
      seen.add(texts[0] ?? '');
    }
  } while (Atomics.load(task.stop, 0) === 0);
  return { ...report, different: seen.size };
}

parentPort?.postMessage(readUntilStopped(workerData as ReaderTask));
