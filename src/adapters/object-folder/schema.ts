import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import type { Manifest } from '#core/api/manifest.ts';
import { localKindNames, type StoredObject } from '#core/api/object.ts';

const textMap = Type.Record(Type.String(), Type.String());

/** What the state folder holds about one object: its last good form and its status. */
const objectRecordSchema = Type.Object(
  {
    kind: Type.Enum([...localKindNames]),
    namespace: Type.String(),
    name: Type.String(),
    uid: Type.String(),
    /** Counts all changes. */
    version: Type.Integer(),
    /** Counts changes of the spec. */
    generation: Type.Integer(),
    createdAt: Type.Number(),
    /** The file it was last seen in, below the folder. */
    file: Type.String(),
    labels: textMap,
    annotations: textMap,
    spec: Type.Unknown(),
    status: Type.Unknown(),
  },
  { additionalProperties: false },
);

export type ObjectRecord = Static<typeof objectRecordSchema>;

export function parseObjectRecord(value: unknown): ObjectRecord | null {
  return Check(objectRecordSchema, value) ? value : null;
}

export function renderObject(record: ObjectRecord): StoredObject {
  const { kind, namespace, name, uid, generation, labels, annotations, spec, status } = record;
  const resourceVersion = String(record.version);
  const creationTimestamp = new Date(record.createdAt).toISOString();
  const metadata = { namespace, name, uid, resourceVersion, generation, labels, annotations };
  return { kind, metadata: { ...metadata, creationTimestamp }, spec, status };
}

/** The record of an object as a file says it now; the very same record when nothing has changed. */
export function updateRecord(record: ObjectRecord, manifest: Manifest, file: string): ObjectRecord {
  const { labels, annotations, spec } = manifest;
  const sameSpec = areEqual(record.spec, spec);
  const sameMetadata = areEqual([record.labels, record.annotations], [labels, annotations]);
  if (sameSpec && sameMetadata && record.file === file) return record;
  return {
    ...record,
    file,
    labels: { ...labels },
    annotations: { ...annotations },
    spec,
    version: record.version + 1,
    generation: record.generation + (sameSpec ? 0 : 1),
  };
}

/** Whether two plain values are the same, whatever the order of their keys. */
export function areEqual(left: unknown, right: unknown): boolean {
  return renderCanonical(left) === renderCanonical(right);
}

function renderCanonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
