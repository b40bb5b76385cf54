import { constants } from 'node:fs';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { renderAuditLine, startChain, type AuditLine } from '#core/audit/audit-record.ts';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { AuditEvent, AuditHead, AuditLog } from '#core/ports/broker/audit-log.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { Clock, Random } from '#core/ports/time.ts';
import { readErrno } from '#platform/files/system-error.ts';
import { syncFolder } from '#platform/files/write-file-atomically.ts';
import { listAuditFiles, renderFileName } from './audit-files.ts';

export interface AuditLogDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Pick<Digest, 'sha256Hex'>;
}

export interface AuditLogOptions {
  readonly folder: string;
  /** A new file is begun when one has grown over this. */
  readonly fileBytes: number;
  /** The oldest files are deleted when there are more of them; null keeps all. */
  readonly keepFiles: number | null;
}

/** Records that reach the disk together. */
interface Batch {
  readonly events: AuditEvent[];
  readonly written: Promise<void>;
}

interface OpenFile {
  readonly handle: FileHandle;
  /** Bytes that are known to be on disk: whole lines. */
  length: number;
  /** Whether there may be others behind them, of a write that failed. */
  isTorn: boolean;
}

const mostNoted = 10_000;

/**
 * The audit log of one process, as files of JSON lines that nobody else writes. Records that come together reach the
 * disk together. Throws `MAYFLY_AUDIT_UNAVAILABLE` when the folder cannot be written.
 */
export async function openAuditLog(
  deps: AuditLogDeps,
  options: AuditLogOptions,
): Promise<AuditLog> {
  const instance = deps.random.uuid();
  let head = startChain(instance);
  let file = await guard(async () => await openFile(options, head, deps.clock.now()));
  /** Written with the next batch, and with the one after it when that fails. */
  const noted: AuditEvent[] = [];
  let batch: Batch | null = null;
  let tail: Promise<unknown> = Promise.resolve();

  async function write(events: readonly AuditEvent[]): Promise<void> {
    batch = null;
    if (file.length > options.fileBytes) {
      const full = file;
      file = await openFile(options, head, deps.clock.now());
      await full.handle.close();
      await deleteOld(options);
    }
    const early = noted.length;
    const lines = renderLines(head, [...noted, ...events], deps);
    await appendLines(file, lines);
    noted.splice(0, early);
    head = lines.at(-1)?.head ?? head;
  }

  /** What comes while others are written is written after them, at once. */
  function openBatch(): Batch {
    const events: AuditEvent[] = [];
    const written = tail.then(async () => await guard(async () => await write(events)));
    tail = written.catch(() => undefined);
    return { events, written };
  }

  return {
    async append(event) {
      batch ??= openBatch();
      batch.events.push(event);
      await batch.written;
    },
    note(event) {
      if (noted.length >= mostNoted) throw unavailable('too many records wait to be written');
      noted.push(event);
    },
    head: (): AuditHead => head,
    async close() {
      if (noted.length > 0) batch ??= openBatch();
      await tail;
      await file.handle.close();
    },
  };
}

function renderLines(
  start: AuditHead,
  events: readonly AuditEvent[],
  { clock, digest }: AuditLogDeps,
): readonly AuditLine[] {
  const lines: AuditLine[] = [];
  for (const event of events) {
    const before = lines.at(-1)?.head ?? start;
    lines.push(renderAuditLine(before, { event, now: clock.now() }, digest));
  }
  return lines;
}

/** What an earlier failure left behind the whole lines is cut off first: a chain has no line twice. */
async function appendLines(file: OpenFile, lines: readonly AuditLine[]): Promise<void> {
  const bytes = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
  if (file.isTorn) await file.handle.truncate(file.length);
  file.isTorn = true;
  let written = 0;
  while (written < bytes.length) {
    const at = file.length + written;
    const { bytesWritten } = await file.handle.write(bytes, written, bytes.length - written, at);
    written += bytesWritten;
  }
  await file.handle.datasync();
  file.length += bytes.length;
  file.isTorn = false;
}

const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

async function openFile(
  { folder }: AuditLogOptions,
  { instance, sequence }: AuditHead,
  now: number,
): Promise<OpenFile> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = renderFileName(now, instance, sequence + 1);
  const handle = await open(join(folder, name), flags, 0o600);
  // Without it a crash may forget the file although its lines were written.
  await syncFolder(folder);
  return { handle, length: 0, isTorn: false };
}

async function deleteOld({ folder, keepFiles }: AuditLogOptions): Promise<void> {
  if (keepFiles === null) return;
  for (const name of (await listAuditFiles(folder)).slice(0, -keepFiles)) {
    await rm(join(folder, name), { force: true });
  }
}

async function guard<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw unavailable(readErrno(cause), cause);
  }
}

function unavailable(reason: string, cause?: unknown): MayflyError {
  return createError('MAYFLY_AUDIT_UNAVAILABLE', { reason }, { cause });
}
