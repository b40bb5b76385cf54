import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { formatRef, type ObjectRef } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { encodeText } from '#core/format/utf8.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { Instant } from '#core/ports/time.ts';
import { isOlder } from '#core/sync/is-older.ts';
import { noSteps } from '#platform/files/steps.ts';
import { openRecordFolder, type RecordFolder } from '#platform/state/record-folder.ts';
import { createSerial } from '#platform/state/serial.ts';
import type { ReadySource } from '../../sources/gather-source.ts';
import type { AcceptedTree } from '../../sources/source-parts.ts';
import type { RevisionRecords } from './revision-records.ts';

const text = Type.String({ maxLength: 4096 });

const ageSchema = Type.Object(
  {
    namespace: text,
    /** Digest of source and path. */
    name: text,
    source: text,
    /** Of the GitSource: another one of its name begins anew. */
    uid: text,
    path: text,
    /** Git's id of the encrypted file. */
    origin: text,
    modifiedAt: Type.Number(),
  },
  { additionalProperties: false },
);

type AgeRecord = Static<typeof ageSchema>;

/** A file as it was opened: its integrity is proven, also that of its age. */
export interface AgedFile {
  readonly revision: {
    readonly input: Pick<ReadySource, 'source' | 'object'>;
    readonly tree: Pick<AcceptedTree, 'files'>;
  };
  readonly path: string;
  readonly blob: string;
  readonly modifiedAt: Instant;
}

/** How old the files of `rollback: Refuse` were when somebody got them last, in the state folder. */
export interface FileAges {
  /**
   * Throws `MAYFLY_SYNC_ROLLBACK` for a file that says it is older than what was given out under its path before. Of one
   * that is not, the age is on disk when this resolves.
   */
  check(file: AgedFile): Promise<void>;
  /** What comes next is the first again. */
  forget(source: Pick<ObjectRef, 'namespace' | 'name'>): Promise<void>;
}

export interface FileAgesOptions {
  readonly digest: Pick<Digest, 'sha256Hex'>;
  /** A folder of this process alone. */
  readonly folder: string;
  /** Of one source; of more, those are dropped that are not in its tree. */
  readonly mostFiles: number;
  /** Told of damaged records, which count as absent. */
  onFault(error: unknown): void;
}

export async function openFileAges(options: FileAgesOptions): Promise<FileAges> {
  const { digest, folder, mostFiles } = options;
  const records = await openRecordFolder<AgeRecord>({
    folder,
    parse: (value) => (Check(ageSchema, value) ? value : null),
    groupOf: ({ namespace, source }) => formatRef({ namespace, name: source }),
    onFault: (error) => options.onFault(error),
    onStep: noSteps,
  });
  // Two versions of a file may be opened at the same time.
  const serial = createSerial();

  return {
    check: async (file) => {
      const { source, object } = file.revision.input;
      if (source.rollback !== 'Refuse') return;
      const { namespace, name, uid } = object.metadata;
      const { path, blob: origin, modifiedAt } = file;
      const key = digest.sha256Hex(encodeText(`${name}\n${path}`));
      const now = { namespace, name: key, source: name, uid, path, origin, modifiedAt };
      if (findKnown(records, now)?.origin === origin) return;
      await serial(formatRef(object.metadata), async () => {
        if (isOlder(findKnown(records, now), now)) {
          throw createError('MAYFLY_SYNC_ROLLBACK', { path });
        }
        await dropGone(records, file, mostFiles);
        await records.write(now);
      });
    },
    forget: async (ref) => await serial(formatRef(ref), async () => await dropAll(records, ref)),
  };
}

function findKnown(records: RecordFolder<AgeRecord>, now: AgeRecord): AgeRecord | null {
  const before = records.get(now);
  return before?.uid === now.uid ? before : null;
}

async function dropAll(
  records: RecordFolder<AgeRecord>,
  ref: Pick<ObjectRef, 'namespace' | 'name'>,
): Promise<void> {
  for (const record of records.inGroup(formatRef(ref))) await records.delete(record);
}

/** A file that went and comes back older is noticed as long as there is room. */
async function dropGone(
  records: RecordFolder<AgeRecord>,
  { revision: { input, tree } }: AgedFile,
  mostFiles: number,
): Promise<void> {
  const kept = records.inGroup(formatRef(input.object.metadata));
  if (kept.length < mostFiles) return;
  const there = new Set(tree.files.map(({ path }) => path));
  for (const record of kept) if (!there.has(record.path)) await records.delete(record);
}

/** An order to accept what would be refused concerns the age of files too, and so does the end of the source. */
export function forgetAges(records: RevisionRecords, ages: FileAges): RevisionRecords {
  return {
    ...records,
    write: async (accepted) => {
      const { object, before, record } = accepted;
      if (record.forcedBy !== before.forcedBy) await ages.forget(object.metadata);
      return await records.write(accepted);
    },
    forget: async (ref) => {
      await ages.forget(ref);
      await records.forget(ref);
    },
  };
}
