import {
  chmod,
  lstat,
  mkdir,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LiveSecret, SecretSink } from '#core/ports/secret-sink.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  aDesired,
  aLease,
  owner,
  preconditionOf,
  readFolder,
  setUpSink,
  type SinkSetup,
} from '#test/support/sink/directory-sink-setup.ts';

let setup: SinkSetup;
let sink: SecretSink;

beforeEach(async () => {
  setup = await setUpSink();
  sink = await setup.open();
});

afterEach(async () => {
  await setup.remove();
});

async function create(values: Record<string, string>, name = 'db'): Promise<LiveSecret> {
  const desired = aDesired(values, name);
  return await sink.create(desired, aLease(desired));
}

async function overwrite(path: string, text: string): Promise<void> {
  await chmod(path, 0o600);
  await writeFile(path, text);
  await chmod(path, 0o400);
}

async function modeOf(path: string): Promise<string> {
  return ((await lstat(path)).mode & 0o7777).toString(8);
}

describe('a secret in a directory', () => {
  it('is a folder with a file for each key, all behind one link', async () => {
    await create({ user: 'app', 'tls.crt': 'cert' });
    const folder = join(setup.directory, 'db');
    expect(await readFolder(folder)).toEqual({ user: 'app', 'tls.crt': 'cert' });
    expect(await readlink(join(folder, 'user'))).toBe('..data/user');
    expect(await readlink(join(folder, '..data'))).toMatch(/^\.\.v-[0-9a-f-]{36}$/u);
    expect((await readdir(folder)).toSorted()).toEqual([
      '..data',
      '..mayfly',
      await readlink(join(folder, '..data')),
      'tls.crt',
      'user',
    ]);
  });

  it('has the exact modes whatever the umask', async () => {
    const before = process.umask(0o077);
    try {
      sink = await setup.open({ entry: { mode: 0o444 } });
      await create({ user: 'app' });
    } finally {
      process.umask(before);
    }
    const folder = join(setup.directory, 'db');
    expect(await modeOf(folder)).toBe('755');
    expect(await modeOf(join(folder, await readlink(join(folder, '..data'))))).toBe('755');
    expect(await modeOf(join(folder, '..data', 'user'))).toBe('444');
  });

  it('is for its owner alone unless the configuration says more', async () => {
    await create({ user: 'app' });
    expect(await modeOf(join(setup.directory, 'db'))).toBe('700');
    expect(await modeOf(join(setup.directory, 'db', '..data', 'user'))).toBe('400');
  });

  it('reads back as it was written', async () => {
    const created = await create({ user: 'app', password: 'p' });
    const live = await sink.read({ namespace: 'prod', name: 'db' });
    expect(live).toEqual(created);
    expect(live?.intact).toBe(true);
    expect(live?.type).toBe('Opaque');
    expect(live?.labels).toEqual({ app: 'shop' });
    expect(await sink.readOwned(owner)).toEqual([created]);
    expect(await sink.readOwned({ ...owner, uid: 'other' })).toEqual([]);
  });

  it('is replaced as a whole, with keys added and removed', async () => {
    const created = await create({ user: 'app', old: 'x' });
    const desired = aDesired({ user: 'app2', fresh: 'y' });
    const applied = await sink.apply(desired, aLease(desired), preconditionOf(created));
    const folder = join(setup.directory, 'db');
    expect(await readFolder(folder)).toEqual({ user: 'app2', fresh: 'y' });
    expect((await readdir(folder)).filter((name) => !name.startsWith('..')).toSorted()).toEqual([
      'fresh',
      'user',
    ]);
    expect((await readdir(folder)).filter((name) => name.startsWith('..v-'))).toHaveLength(1);
    expect(applied.uid).toBe(created.uid);
    expect(applied.resourceVersion).not.toBe(created.resourceVersion);
    expect(await sink.read(applied)).toEqual(applied);
  });

  it('keeps its content when only its lease is renewed', async () => {
    const created = await create({ user: 'app' });
    const link = await readlink(join(setup.directory, 'db', '..data'));
    const lease = aLease(aDesired({ user: 'app' }), { expiresAt: Date.UTC(2026, 0, 1, 2) });
    const renewed = await sink.renew(created, lease, preconditionOf(created));
    expect(renewed.lease.expiresAt).toBe(Date.UTC(2026, 0, 1, 2));
    expect(await readlink(join(setup.directory, 'db', '..data'))).toBe(link);
    expect(await sink.read(created)).toMatchObject({ ...renewed, intact: true });
  });

  it('is gone with its record when it is removed, and may be removed again', async () => {
    const created = await create({ user: 'app' });
    await sink.remove(created, preconditionOf(created));
    expect(await readdir(setup.directory)).toEqual([]);
    expect(await sink.listManaged()).toEqual([]);
    await sink.remove(created, preconditionOf(created));
    expect(await sink.read(created)).toBeNull();
  });

  it('stays when it is released, and is then nobody of ours', async () => {
    const created = await create({ user: 'app' });
    await sink.release(created, preconditionOf(created));
    expect(await readFolder(join(setup.directory, 'db'))).toEqual({ user: 'app' });
    expect((await sink.read(created))?.lease).toBeNull();
    expect(await sink.listManaged()).toEqual([]);
    await expectCode(create({ user: 'b' }), 'MAYFLY_SINK_NOT_OWNED');
  });

  it('is known again after a restart', async () => {
    const created = await create({ user: 'app' });
    sink = await setup.open();
    expect(await sink.read(created)).toEqual(created);
    expect(await sink.listManaged()).toMatchObject([{ name: 'db', uid: created.uid }]);
  });

  it('leaves no value in the state folder', async () => {
    await create({ user: 'canary-value-1234567' });
    const names = await readdir(setup.state, { recursive: true, withFileTypes: true });
    for (const file of names.filter((entry) => entry.isFile())) {
      const text = await readFile(join(file.parentPath, file.name), 'latin1');
      expect(text).not.toContain('canary-value-1234567');
      expect(text).not.toContain(Buffer.from('canary-value-1234567').toString('base64'));
    }
  });

  it('takes part in one operation at a time', async () => {
    const created = await create({ user: '0' });
    const desired = aDesired({ user: '1' });
    const results = await Promise.allSettled(
      [1, 2, 3].map(() => sink.apply(desired, aLease(desired), preconditionOf(created))),
    );
    expect(results.map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
    ]);
  });
});

describe('a changed secret', () => {
  const changes: readonly [string, (folder: string) => Promise<unknown>][] = [
    ['its value is edited', async (f) => await overwrite(join(f, '..data', 'user'), 'evil')],
    [
      'its link is replaced by a file',
      async (f) => {
        await writeFile(join(f, 'x'), 'evil');
        await rename(join(f, 'x'), join(f, 'user'));
      },
    ],
    ['its link is removed', async (f) => await rm(join(f, 'user'))],
    ['its file is removed', async (f) => await rm(join(f, '..data', 'user'))],
    ['a key is added', async (f) => await writeFile(join(f, 'foreign'), 'x')],
    ['a folder is added', async (f) => await mkdir(join(f, 'foreign'))],
    ['a file gets another mode', async (f) => await chmod(join(f, '..data', 'user'), 0o444)],
    ['the folder gets another mode', async (f) => await chmod(f, 0o777)],
    ['the marker is removed', async (f) => await rm(join(f, '..mayfly'))],
    ['the data link is removed', async (f) => await rm(join(f, '..data'))],
    [
      'the data link leads elsewhere',
      async (f) => {
        await rm(join(f, '..data'));
        await symlink('/etc', join(f, '..data'));
      },
    ],
    [
      'a key leads elsewhere',
      async (f) => {
        await rm(join(f, 'user'));
        await symlink('/etc/hostname', join(f, 'user'));
      },
    ],
  ];

  it.each(changes)('is told and repaired when %s', async (_, change) => {
    await create({ user: 'app', other: 'x' });
    await change(join(setup.directory, 'db'));
    const live = await sink.read({ namespace: 'prod', name: 'db' });
    expect(live?.lease).not.toBeNull();
    expect(live?.intact).toBe(false);
    if (live === null) return;
    const desired = aDesired({ user: 'app', other: 'x' });
    await sink.apply(desired, aLease(desired), preconditionOf(live));
    expect((await sink.read(live))?.intact).toBe(true);
    expect(await readFolder(join(setup.directory, 'db'))).toEqual({ user: 'app', other: 'x' });
    expect(await readdir(setup.directory)).toEqual(['db']);
  });

  it('is no longer there when its folder was removed, and can be made anew', async () => {
    const created = await create({ user: 'app' });
    await rm(join(setup.directory, 'db'), { recursive: true });
    expect(await sink.read(created)).toBeNull();
    expect(await sink.readOwned(owner)).toEqual([]);
    const again = await create({ user: 'app' });
    expect(again.uid).not.toBe(created.uid);
    expect(await readFolder(join(setup.directory, 'db'))).toEqual({ user: 'app' });
  });
});

describe('the directory sink refuses', () => {
  it('to touch a folder that it did not make', async () => {
    await mkdir(join(setup.directory, 'db'));
    await writeFile(join(setup.directory, 'db', 'user'), 'theirs');
    await expectCode(create({ user: 'app' }), 'MAYFLY_SINK_NOT_OWNED');
    const live = await sink.read({ namespace: 'prod', name: 'db' });
    expect(live?.lease).toBeNull();
    expect(await readFile(join(setup.directory, 'db', 'user'), 'utf8')).toBe('theirs');
  });

  it('to take a copied folder for its own', async () => {
    const created = await create({ user: 'app' });
    await rename(join(setup.directory, 'db'), join(setup.directory, 'copy'));
    expect((await sink.read({ namespace: 'prod', name: 'copy' }))?.lease).toBeNull();
    await sink.remove(created, preconditionOf(created));
    expect(await readdir(setup.directory)).toEqual(['copy']);
  });

  it('to make a secret that is there already', async () => {
    await create({ user: 'app' });
    await expectCode(create({ user: 'app' }), 'MAYFLY_SINK_CONFLICT');
  });

  it('every write that was decided on another state', async () => {
    const created = await create({ user: 'app' });
    const desired = aDesired({ user: 'b' });
    const stale = { uid: created.uid, resourceVersion: '99' };
    const other = { uid: 'other', resourceVersion: created.resourceVersion };
    for (const on of [stale, other]) {
      await expectCode(sink.apply(desired, aLease(desired), on), 'MAYFLY_SINK_CONFLICT');
      await expectCode(sink.renew(created, aLease(desired), on), 'MAYFLY_SINK_CONFLICT');
      await expectCode(sink.remove(created, on), 'MAYFLY_SINK_CONFLICT');
      await expectCode(sink.release(created, on), 'MAYFLY_SINK_CONFLICT');
    }
    expect(await readFolder(join(setup.directory, 'db'))).toEqual({ user: 'app' });
  });

  it('a namespace without a directory', async () => {
    const ref = { namespace: 'test', name: 'db' };
    const error = await expectCode(sink.read(ref), 'MAYFLY_SINK_NONE');
    expect(error.message).toContain('test');
  });

  it('a directory that is missing', async () => {
    await rm(setup.directory, { recursive: true });
    await expectCode(create({ user: 'a' }), 'MAYFLY_SINK_DIRECTORY_MISSING');
  });

  it('a directory that anybody may change', async () => {
    await chmod(setup.directory, 0o777);
    await expectCode(create({ user: 'a' }), 'MAYFLY_SINK_DIRECTORY_UNSAFE');
    await chmod(setup.directory, 0o1777);
    await create({ user: 'a' });
  });

  it('two sinks for one namespace or one directory', async () => {
    await expectCode(setup.open({ twice: true }), 'MAYFLY_SINK_DUPLICATE');
  });

  it('an owner or a group that the machine does not know', async () => {
    const owner = setup.open({ entry: { owner: 'no-such-user-here' } });
    await expectCode(owner, 'MAYFLY_SINK_ACCOUNT');
    const group = setup.open({ entry: { group: 'no-such-group-here' } });
    await expectCode(group, 'MAYFLY_SINK_ACCOUNT');
    await setup.open({ entry: { owner: 'root', group: 0 } });
  });
});

describe('names that are refused', () => {
  const refs: readonly [string, string][] = [
    ['prod', '..'],
    ['prod', '.'],
    ['prod', ''],
    ['prod', '../db'],
    ['prod', '/etc'],
    ['prod', 'a/b'],
    ['prod', 'a\\b'],
    ['prod', 'a\0b'],
    ['prod', 'a\nb'],
    ['prod', '..data'],
    ['prod', '..mayfly-6f1f8a34-0000-4000-8000-000000000001'],
    ['prod', 'A'],
    ['prod', '-a'],
    ['prod', 'a'.repeat(254)],
    ['prod', 'dé'],
    ['..', 'db'],
    ['prod/../..', 'db'],
    ['', 'db'],
    ['a.b', 'db'],
  ];
  it.each(refs)('as the place of a secret: %j %j', async (namespace, name) => {
    await expectCode(sink.read({ namespace, name }), 'MAYFLY_SINK_NAME');
    const desired = { ...aDesired({ user: 'a' }), namespace, name };
    await expectCode(sink.create(desired, aLease(desired)), 'MAYFLY_SINK_NAME');
    expect(await readdir(setup.directory)).toEqual([]);
  });

  const hostileKeys = [
    '..',
    '.',
    '',
    '../x',
    '/etc/passwd',
    'a/b',
    '..data',
    '..mayfly',
    'a\0',
    'é',
  ];
  it.each([...hostileKeys, 'x'.repeat(254)])('as a key: %j', async (key) => {
    await expectCode(create({ good: 'a', [key]: 'b' }), 'MAYFLY_SINK_NAME');
    expect(await readdir(setup.directory)).toEqual([]);
  });
});
