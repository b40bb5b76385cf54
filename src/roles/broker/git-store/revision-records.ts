import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import type { ObjectRef, StoredObject } from '#core/api/object.ts';
import { parseGitSourceStatus } from '#core/api/status/status.ts';
import type { Clock } from '#core/ports/time.ts';
import { noSteps } from '#platform/files/steps.ts';
import { openRecordFolder, type RecordFolder } from '#platform/state/record-folder.ts';
import {
  isSameRecord,
  type AcceptedSource,
  type SourceRecord,
  type SourceRecords,
} from '../../sources/source-parts.ts';

const text = Type.String({ maxLength: 1024 });

const recordSchema = Type.Object(
  {
    namespace: text,
    name: text,
    /** Of the GitSource: another one of its name begins anew. */
    uid: text,
    revision: text,
    tag: Type.Optional(text),
    origin: text,
    files: Type.Integer(),
    digest: text,
    forcedBy: Type.Optional(Type.String()),
    verifiedAt: Type.Number(),
  },
  { additionalProperties: false },
);

type RevisionRecord = Static<typeof recordSchema>;

export interface RevisionRecordsOptions {
  readonly clock: Clock;
  /** A folder of this process alone. */
  readonly folder: string;
  /** How much older than the truth the instant on disk may be, in milliseconds. */
  readonly lagMs: number;
  /** Told of damaged records, which count as absent. */
  onFault(error: unknown): void;
}

/** What the broker accepted of sources, in its state folder. */
export interface RevisionRecords extends SourceRecords {
  /** The sources of which there is one. */
  list(): readonly ObjectRef[];
}

export async function openRevisionRecords(
  options: RevisionRecordsOptions,
): Promise<RevisionRecords> {
  const records = await openRecordFolder<RevisionRecord>({
    folder: options.folder,
    parse: (value) => (Check(recordSchema, value) ? value : null),
    onFault: (error) => options.onFault(error),
    onStep: noSteps,
  });
  return {
    read: (object) => readRecord(records, object),
    write: async (accepted) => await writeRecord(records, options, accepted),
    forget: async (ref) => await records.delete(ref),
    list: () =>
      records.all().map(({ namespace, name }) => ({ kind: 'GitSource', namespace, name })),
  };
}

/**
 * Without a record of its own the broker takes what the status says for the least that has to be descended from: a
 * status that lies can have more refused, never more accepted.
 */
function readRecord(records: RecordFolder<RevisionRecord>, object: StoredObject): SourceRecord {
  const own = records.get(object.metadata);
  if (own?.uid === object.metadata.uid) return own;
  return parseGitSourceStatus(object);
}

async function writeRecord(
  records: RecordFolder<RevisionRecord>,
  { clock, lagMs }: RevisionRecordsOptions,
  { object, record }: AcceptedSource,
): Promise<boolean> {
  const { namespace, name, uid } = object.metadata;
  const own = records.get(object.metadata);
  const verifiedAt = clock.now();
  const isNew = own?.uid !== uid || !isSameRecord(own, record);
  if (!isNew && Math.abs(verifiedAt - own.verifiedAt) < lagMs) return false;
  await records.write({ namespace, name, uid, verifiedAt, ...complete(record) });
  return isNew;
}

type Accepted = Omit<RevisionRecord, 'namespace' | 'name' | 'uid' | 'verifiedAt'>;

/** What was accepted has all of these. */
function complete({ tag, forcedBy, ...record }: SourceRecord): Accepted {
  const { revision = '', origin = '', files = 0, digest = '' } = record;
  return {
    revision,
    origin,
    files,
    digest,
    ...(tag === undefined ? {} : { tag }),
    ...(forcedBy === undefined ? {} : { forcedBy }),
  };
}
