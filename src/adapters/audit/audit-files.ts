import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Instant } from '#core/ports/time.ts';
import { readErrno } from '#platform/files/system-error.ts';
import { createLineSplitter } from '#platform/streams/line-splitter.ts';

/** Such as `20261123T042233Z-UUID-000000000001.jsonl`: the order of names is the order of time. */
const fileName = /^\d{8}T\d{6}Z-[0-9a-f-]{36}-\d{12}\.jsonl$/u;

/** The name of a file that begins with this record at this time. */
export function renderFileName(now: Instant, instance: string, sequence: number): string {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/gu, '');
  return `${time}Z-${instance}-${String(sequence).padStart(12, '0')}.jsonl`;
}

/** Names of the files of a log, oldest first. */
export async function listAuditFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names.filter((name) => fileName.test(name)).toSorted();
}

export interface AuditFileLine {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** Null for an end without its line feed: a crash cut it off before anything left for it. */
  readonly text: string | null;
}

const maxLineBytes = 1024 * 1024;

/**
 * The lines of logs: of every file of a folder, oldest first, or of the files that are named. Throws
 * `MAYFLY_FILE_MISSING`, `MAYFLY_FILE_UNREADABLE` and `MAYFLY_STREAM_TOO_LARGE` for a line over 1 MiB.
 */
export async function* readAuditLines(
  paths: readonly string[],
): AsyncGenerator<AuditFileLine, void, undefined> {
  for (const path of await listFiles(paths)) yield* readFileLines(path);
}

async function listFiles(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const names = await guard(path, async () =>
      (await stat(path)).isDirectory() ? await listAuditFiles(path) : null,
    );
    found.push(...(names?.map((name) => join(path, name)) ?? [path]));
  }
  return found.toSorted((a, b) => (basename(a) < basename(b) ? -1 : 1));
}

async function* readFileLines(path: string): AsyncGenerator<AuditFileLine, void, undefined> {
  const handle = await guard(path, async () => await open(path, constants.O_RDONLY));
  const splitter = createLineSplitter({ what: path, limit: maxLineBytes });
  let line = 0;
  for await (const chunk of handle.createReadStream()) {
    if (!Buffer.isBuffer(chunk)) continue;
    for (const text of splitter.push(chunk)) {
      line += 1;
      yield { path, line, text: text.toString('utf8') };
    }
  }
  if (splitter.pending > 0) yield { path, line: line + 1, text: null };
}

async function guard<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const reason = readErrno(cause);
    if (reason === 'ENOENT') throw createError('MAYFLY_FILE_MISSING', { path }, { cause });
    throw createError('MAYFLY_FILE_UNREADABLE', { path, reason }, { cause });
  }
}
