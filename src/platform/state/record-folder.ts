import { mkdirSync } from 'node:fs';
import { mkdir, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createError } from '#core/errors/mayfly-error.ts';
import { parseJson } from '#core/text/parse-json.ts';
import { readOwnFileBounded } from '#platform/files/read-file-bounded.ts';
import type { Steps } from '#platform/files/steps.ts';
import { removeLeftovers, writeFileAtomically } from '#platform/files/write-file-atomically.ts';
import { createGroupedMap, type GroupedMap } from './grouped-map.ts';

/** What a record is about. Both names must be checked: they are the path of its file. */
export interface RecordRef {
  /** The empty text for what belongs to no namespace. */
  readonly namespace: string;
  readonly name: string;
}

/** Small JSON records of Mayfly's own state, never plaintext: read once at start, then answered from memory. */
export interface RecordFolder<T extends RecordRef> {
  get(ref: RecordRef): T | null;
  all(): readonly T[];
  /** Those of which `groupOf` says so; the cost is theirs alone. */
  inGroup(group: string): readonly T[];
  write(record: T): Promise<void>;
  /** Resolves also when there is none. */
  delete(ref: RecordRef): Promise<void>;
}

export interface RecordFolderOptions<T extends RecordRef> {
  readonly folder: string;
  /** Null when the record is not what it should be. */
  parse(value: unknown): T | null;
  /** Told of damaged records (`MAYFLY_STATE_RECORD`), which are left alone. */
  onFault(error: unknown): void;
  readonly onStep: Steps;
  /** Whether a record must survive a power cut; a kill it always survives. Default: it must. */
  isDurable?(record: T): boolean;
  /** Default: all are in the group of the empty name. */
  groupOf?(record: T): string;
}

const maxRecordBytes = 8 * 1024 * 1024;

/**
 * Opens the records `<folder>/<namespace>/<name>`; the folder is made when missing, leftovers of interrupted writes
 * are removed.
 */
export async function openRecordFolder<T extends RecordRef>(
  options: RecordFolderOptions<T>,
): Promise<RecordFolder<T>> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const records = createGroupedMap<T>((record) => options.groupOf?.(record) ?? '');
  for (const folder of await readdir(options.folder)) {
    const namespace = folder === noNamespace ? '' : folder;
    await removeLeftovers(join(options.folder, folder));
    for (const name of await readdir(join(options.folder, folder))) {
      try {
        const record = await readRecord(options, { namespace, name });
        records.set(keyOf(record), record);
      } catch (error) {
        options.onFault(error);
      }
    }
  }
  return createRecordFolder(options, records);
}

function createRecordFolder<T extends RecordRef>(
  options: RecordFolderOptions<T>,
  records: GroupedMap<T>,
): RecordFolder<T> {
  const { folder, onStep } = options;
  return {
    get: (ref) => records.get(keyOf(ref)),
    all: () => records.all(),
    inGroup: (group) => records.inGroup(group),
    async write(record): Promise<void> {
      mkdirSync(dirname(pathOf(folder, record)), { recursive: true, mode: 0o700 });
      const bytes = Buffer.from(JSON.stringify(record));
      await writeFileAtomically(pathOf(folder, record), bytes, {
        mode: 0o600,
        durable: options.isDurable?.(record) ?? true,
        onStep,
      });
      records.set(keyOf(record), record);
    },
    async delete(ref): Promise<void> {
      if (records.get(keyOf(ref)) === null) return;
      await unlink(pathOf(folder, ref));
      records.delete(keyOf(ref));
      onStep('record-deleted');
    },
  };
}

async function readRecord<T extends RecordRef>(
  options: RecordFolderOptions<T>,
  ref: RecordRef,
): Promise<T> {
  const path = pathOf(options.folder, ref);
  const bytes = await readOwnFileBounded(path, maxRecordBytes);
  const record = options.parse(parseJson(bytes.toString('utf8')));
  if (record !== null && keyOf(record) === keyOf(ref)) return record;
  throw createError('MAYFLY_STATE_RECORD', { path });
}

/** No namespace has such a name. */
const noNamespace = '_cluster';

function pathOf(folder: string, { namespace, name }: RecordRef): string {
  return join(folder, namespace === '' ? noNamespace : namespace, name);
}

function keyOf(ref: RecordRef): string {
  return `${ref.namespace}/${ref.name}`;
}
