import { join } from 'node:path';
import type { KindName, ObjectRef } from '#core/api/object.ts';
import { formatRef, localKindNames } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Random, Clock } from '#core/ports/time.ts';
import type { Steps } from '#platform/files/steps.ts';
import { openRecordFolder, type RecordFolder } from '#platform/state/record-folder.ts';
import { createSerial } from '#platform/state/serial.ts';
import { keyOf, type FoundObject } from './decide-objects.ts';
import { areEqual, parseObjectRecord, updateRecord, type ObjectRecord } from './schema.ts';

export interface ObjectStoreDeps {
  readonly clock: Clock;
  readonly random: Random;
  onFault(error: unknown): void;
  readonly onStep: Steps;
}

/** The last good form and the status of every object, in the state folder. */
export interface ObjectStore {
  get(ref: ObjectRef): ObjectRecord | null;
  all(kind: KindName): readonly ObjectRecord[];
  /** Takes over what a file says; tells whether anything changed. */
  put(found: FoundObject): Promise<boolean>;
  writeStatus(ref: ObjectRef, status: object, resourceVersion: string): Promise<void>;
  delete(ref: ObjectRef): Promise<void>;
}

export async function openObjectStore(deps: ObjectStoreDeps, folder: string): Promise<ObjectStore> {
  const folders = new Map<KindName, RecordFolder<ObjectRecord>>();
  for (const kind of localKindNames) {
    const records = await openRecordFolder({
      folder: join(folder, kind),
      parse: parseObjectRecord,
      onFault: (error) => deps.onFault(error),
      onStep: deps.onStep,
    });
    folders.set(kind, records);
  }
  return createObjectStore(deps, folders);
}

function createObjectStore(
  deps: ObjectStoreDeps,
  folders: ReadonlyMap<KindName, RecordFolder<ObjectRecord>>,
): ObjectStore {
  const serial = createSerial();

  function folderOf(kind: KindName): RecordFolder<ObjectRecord> {
    const folder = folders.get(kind);
    if (folder === undefined) throw createError('MAYFLY_INTERNAL_BUG', { where: 'object store' });
    return folder;
  }

  return {
    get: (ref) => folderOf(ref.kind).get(ref),
    all: (kind) => folderOf(kind).all(),
    put: async (found) =>
      await serial(keyOf(found.manifest), async () => {
        const folder = folderOf(found.manifest.kind);
        const before = folder.get(found.manifest);
        const record =
          before === null
            ? createRecord(deps, found)
            : updateRecord(before, found.manifest, found.file);
        if (record !== before) await folder.write(record);
        return record !== before;
      }),
    writeStatus: async (ref, status, resourceVersion) =>
      await serial(keyOf(ref), async () => {
        const record = folderOf(ref.kind).get(ref);
        if (record === null || String(record.version) !== resourceVersion) {
          throw createError('MAYFLY_OBJECT_CONFLICT', { kind: ref.kind, object: formatRef(ref) });
        }
        if (areEqual(record.status, status)) return;
        await folderOf(ref.kind).write({ ...record, status, version: record.version + 1 });
      }),
    delete: async (ref) =>
      await serial(keyOf(ref), async () => await folderOf(ref.kind).delete(ref)),
  };
}

function createRecord(deps: ObjectStoreDeps, { manifest, file }: FoundObject): ObjectRecord {
  const { kind, namespace, name, labels, annotations, spec } = manifest;
  return {
    kind,
    namespace,
    name,
    uid: deps.random.uuid(),
    version: 1,
    generation: 1,
    createdAt: deps.clock.now(),
    file,
    labels: { ...labels },
    annotations: { ...annotations },
    spec,
    status: {},
  };
}
