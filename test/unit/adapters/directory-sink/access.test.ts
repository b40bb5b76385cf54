import { chown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectCode } from '#test/support/expect-code.ts';
import {
  aDesired,
  aLease,
  readFolder,
  setUpSink,
  type SinkSetup,
} from '#test/support/sink/directory-sink-setup.ts';

const isRoot = process.geteuid?.() === 0;
const nobody = 65_534;
let setup: SinkSetup;

beforeEach(async () => {
  setup = await setUpSink();
});

afterEach(async () => {
  process.seteuid?.(isRoot ? 0 : (process.geteuid?.() ?? 0));
  await setup.remove();
});

/** Goes on as a user without any right of root's. */
async function dropRights(): Promise<void> {
  if (!isRoot) return;
  await chown(setup.directory, nobody, nobody);
  await chown(join(setup.directory, '..'), nobody, nobody);
  process.seteuid?.(nobody);
}

describe('files for somebody else', () => {
  it('are refused by name when mayfly may not give them away, and nothing is left', async () => {
    await dropRights();
    const sink = await setup.open({ entry: { owner: 0 } });
    const desired = aDesired({ user: 'app' });
    const error = await expectCode(
      sink.create(desired, aLease(desired)),
      'MAYFLY_SINK_OWNER_REFUSED',
    );
    expect(error.hint).not.toBe('');
    expect(await readdir(setup.directory)).toEqual([]);
    expect(await sink.listManaged()).toEqual([]);
  });

  it('leave the last good content when they are refused at an update', async () => {
    await dropRights();
    const desired = aDesired({ user: 'app' });
    await (await setup.open()).create(desired, aLease(desired));
    const sink = await setup.open({ entry: { owner: 0 } });
    const live = await sink.read(desired);
    if (live === null) throw new Error('the secret is gone');
    expect(live.intact).toBe(false);
    const next = aDesired({ user: 'next' });
    await expectCode(sink.apply(next, aLease(next), live), 'MAYFLY_SINK_OWNER_REFUSED');
    expect(await readFolder(join(setup.directory, 'db'))).toEqual({ user: 'app' });
    const names = await readdir(join(setup.directory, 'db'));
    expect(names.filter((name) => name.startsWith('..v-'))).toHaveLength(1);
  });

  it('belong to the owner and the group of the sink, their folders to mayfly', async () => {
    if (!isRoot) return;
    const sink = await setup.open({ entry: { owner: nobody, group: nobody, mode: 0o440 } });
    const desired = aDesired({ user: 'app' });
    await sink.create(desired, aLease(desired));
    const file = await stat(join(setup.directory, 'db/..data/user'));
    const folder = await stat(join(setup.directory, 'db'));
    expect([file.uid, file.gid, file.mode & 0o777]).toEqual([nobody, nobody, 0o440]);
    expect([folder.uid, folder.gid, folder.mode & 0o777]).toEqual([0, nobody, 0o755]);
  });
});
