import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isMemoryBacked } from '#platform/files/memory-backed.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  aDesired,
  aLease,
  readFolder,
  setUpSink,
  type SinkSetup,
} from '#test/support/sink/directory-sink-setup.ts';

let setup: SinkSetup;

beforeEach(async () => {
  setup = await setUpSink();
});

afterEach(async () => {
  await setup.remove();
});

async function createOne(): Promise<void> {
  const desired = aDesired({ user: 'app' });
  await (await setup.open()).create(desired, aLease(desired));
}

describe('a directory sink at its start', () => {
  it('removes what interrupted writes left, and nothing else', async () => {
    const staging = '..mayfly-6f1f8a34-0000-4000-8000-000000000001';
    await mkdir(join(setup.directory, staging));
    await writeFile(join(setup.directory, staging, 'x'), 'half');
    await mkdir(join(setup.directory, 'theirs'));
    await mkdir(join(setup.directory, '..mayfly-notes'));
    await setup.open();
    expect((await readdir(setup.directory)).toSorted()).toEqual(['..mayfly-notes', 'theirs']);
  });

  it('removes versions that nothing leads to', async () => {
    await createOne();
    const left = '..v-6f1f8a34-0000-4000-8000-000000000002';
    await mkdir(join(setup.directory, 'db', left));
    await setup.open();
    expect(await readdir(join(setup.directory, 'db'))).not.toContain(left);
    expect(await readFolder(join(setup.directory, 'db'))).toEqual({ user: 'app' });
  });

  it('removes the secrets of a sink that has moved elsewhere', async () => {
    await createOne();
    const moved = join(setup.state, 'elsewhere');
    await mkdir(moved, { recursive: true });
    const sink = await setup.open({ entry: { directory: moved } });
    expect(await readdir(setup.directory)).toEqual([]);
    expect(await sink.listManaged()).toEqual([]);
  });

  it('forgets secrets that are gone, but not while their directory is missing', async () => {
    await createOne();
    await rm(join(setup.directory, 'db'), { recursive: true });
    await rm(setup.directory, { recursive: true });
    expect(await (await setup.open()).listManaged()).toHaveLength(1);
    await mkdir(setup.directory);
    expect(await (await setup.open()).listManaged()).toEqual([]);
  });

  it('reports a damaged record and leaves it', async () => {
    await createOne();
    const record = join(setup.state, 'sinks', 'prod', 'db');
    for (const text of ['', '{}', '{"uid":']) {
      await writeFile(record, text);
      const sink = await setup.open();
      expect(await sink.listManaged()).toEqual([]);
      expect((await sink.read({ namespace: 'prod', name: 'db' }))?.lease).toBeNull();
      const [fault] = setup.faults.splice(0);
      await expectCode(async () => await Promise.reject(fault), 'MAYFLY_STATE_RECORD');
    }
  });
});

describe('plaintext on a disk', () => {
  it('is refused unless the sink allows it', async () => {
    const sink = await setup.open({ entry: { allowDisk: false } });
    const desired = aDesired({ user: 'app' });
    const created = sink.create(desired, aLease(desired));
    if (await isMemoryBacked(setup.directory)) await created;
    else await expectCode(created, 'MAYFLY_SINK_ON_DISK');
  });
});
