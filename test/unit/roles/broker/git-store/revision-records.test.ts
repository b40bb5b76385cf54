import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StoredObject } from '#core/api/object.ts';
import {
  openRevisionRecords,
  type RevisionRecords,
} from '#roles/broker/git-store/revision-records.ts';
import { hour } from '#test/support/controller-rig.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const commit = 'a'.repeat(40);
const record = { revision: commit, origin: 'o', files: 1, digest: 'd' };

function anObject(uid: string, status: object = {}): StoredObject {
  const metadata = {
    namespace: 'shop',
    name: 'repo',
    uid,
    resourceVersion: '1',
    generation: 1,
    labels: {},
    annotations: {},
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
  return { kind: 'GitSource', metadata, spec: {}, status };
}

describe('what was accepted', () => {
  const clock = createFakeClock();
  let folder: Awaited<ReturnType<typeof createTempFolder>>;
  let faults: unknown[];

  beforeEach(async () => {
    folder = await createTempFolder();
    faults = [];
  });

  afterEach(async () => {
    await folder.remove();
  });

  async function open(): Promise<RevisionRecords> {
    const onFault = (error: unknown): void => void faults.push(error);
    return await openRevisionRecords({ clock, folder: folder.path, lagMs: hour, onFault });
  }

  async function write(records: RevisionRecords, uid = 'u', change = {}): Promise<boolean> {
    const object = anObject(uid);
    const accepted = { object, before: {}, record: { ...record, ...change }, rewound: false };
    return await records.write(accepted);
  }

  it('is there after a restart, with when it last verified', async () => {
    const at = clock.now();
    expect(await write(await open())).toBe(true);
    const records = await open();
    expect(records.read(anObject('u'))).toMatchObject({ ...record, verifiedAt: at });
    expect(records.list()).toEqual([{ kind: 'GitSource', namespace: 'shop', name: 'repo' }]);
  });

  it('is written again when it is another one, or an hour later', async () => {
    const records = await open();
    await write(records);
    const at = clock.now();
    expect(await write(records)).toBe(false);
    clock.jumpTo(at + hour);
    expect(await write(records)).toBe(false);
    expect((await open()).read(anObject('u')).verifiedAt).toBe(at + hour);
    expect(await write(records, 'u', { tag: 'v1', forcedBy: 'me' })).toBe(true);
    expect((await open()).read(anObject('u'))).toMatchObject({ tag: 'v1', forcedBy: 'me' });
  });

  it('of another object of the name is not taken for its own', async () => {
    const records = await open();
    await write(records);
    expect(records.read(anObject('other', { revision: commit }))).toEqual({ revision: commit });
    await records.forget({ kind: 'GitSource', namespace: 'shop', name: 'repo' });
    expect(records.read(anObject('u'))).toEqual({});
  });

  it('is as if absent when its file is damaged, and that is told', async () => {
    await write(await open());
    await writeFile(join(folder.path, 'shop', 'repo'), '{"namespace":"shop"}');
    expect((await open()).read(anObject('u'))).toEqual({});
    expect(faults).toMatchObject([{ code: 'MAYFLY_STATE_RECORD' }]);
  });
});
