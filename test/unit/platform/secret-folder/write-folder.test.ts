import { readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { openDirectory, type HeldDirectory } from '#platform/folders/held-directory.ts';
import { createFolder, type FolderWrite } from '#platform/secret-folder/write-folder.ts';
import { readFolder } from '#test/support/sink/directory-sink-setup.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const uid = '6f1f8a34-0000-4000-8000-000000000001';
const version = '..v-6f1f8a34-0000-4000-8000-000000000002';

let temp: Awaited<ReturnType<typeof createTempFolder>>;
let directory: HeldDirectory;

beforeEach(async () => {
  temp = await createTempFolder();
  const held = await openDirectory(temp.path);
  if (held === null) throw new Error('the folder of the test is missing');
  directory = held;
});

afterEach(async () => {
  await directory[Symbol.asyncDispose]();
  await temp.remove();
});

function aWrite(durable: boolean): FolderWrite {
  const own = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  return {
    claim: { uid, version },
    values: new Map([
      ['user', SecretBytes.take(Buffer.from('app'))],
      ['empty', SecretBytes.take(new Uint8Array(0))],
    ]),
    access: { fileMode: 0o440, fileOwner: own, folderMode: 0o750, folderOwner: own },
    durable,
    onStep: () => undefined,
  };
}

describe.each([true, false])('the folder of a secret, durable: %s', (durable) => {
  it('has every value behind its link, with the mode asked for whatever the umask', async () => {
    const before = process.umask(0o777);
    try {
      await createFolder(directory, 'db', aWrite(durable));
    } finally {
      process.umask(before);
    }
    const folder = join(temp.path, 'db');
    expect(await readFolder(folder)).toEqual({ user: 'app', empty: '' });
    expect(await readlink(join(folder, 'user'))).toBe('..data/user');
    expect((await stat(join(folder, 'user'))).mode & 0o7777).toBe(0o440);
    expect((await stat(folder)).mode & 0o7777).toBe(0o750);
  });
});
