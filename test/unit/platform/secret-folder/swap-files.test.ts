import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { removeOldVersions, swapFiles, type NewFile } from '#platform/secret-folder/swap-files.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

let folder: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ path: folder, remove } = await createTempFolder());
});

afterEach(async () => {
  await remove();
});

function aFile(path: string, text: string, mode = 0o440): NewFile {
  return { path, mode, bytes: SecretBytes.take(Buffer.from(text)) };
}

function read(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

describe('swapFiles', () => {
  it('puts files behind the links that the kubelet has', () => {
    swapFiles(folder, [aFile('password', 'one'), aFile('app/conf/a.json', '{}', 0o400)]);
    expect([read('password'), read('app/conf/a.json')]).toEqual(['one', '{}']);
    expect(readlinkSync(join(folder, 'password'))).toBe('..data/password');
    expect(readlinkSync(join(folder, 'app'))).toBe('..data/app');
    expect(readlinkSync(join(folder, '..data'))).toMatch(/^\.\.v-/u);
    expect(statSync(join(folder, 'app/conf/a.json')).mode & 0o777).toBe(0o400);
    expect(statSync(join(folder, 'app/conf')).mode & 0o777).toBe(0o755);
  });

  it('sets modes exactly, whatever the umask', () => {
    const umask = process.umask(0o077);
    swapFiles(folder, [aFile('open', 'x', 0o444)]);
    process.umask(umask);
    expect(statSync(join(folder, 'open')).mode & 0o777).toBe(0o444);
    expect(statSync(join(folder, '..data/')).mode & 0o777).toBe(0o755);
  });

  it('passes the group of the volume on, as fsGroup has it', () => {
    chmodSync(folder, 0o2777);
    swapFiles(folder, [aFile('app/password', 'one')]);
    expect(statSync(join(folder, 'app')).mode & 0o2000).toBe(0o2000);
    expect(statSync(join(folder, 'app/password')).gid).toBe(statSync(folder).gid);
  });

  it('swaps all files at one instant and keeps the old ones for those who are on their way', () => {
    swapFiles(folder, [aFile('a', '1'), aFile('b', '1')]);
    const seen: string[] = [];
    swapFiles(folder, [aFile('a', '2'), aFile('b', '2')], (step) => {
      seen.push(`${step} ${read('a')}${read('b')}`);
    });
    expect(seen).toEqual(['version-written 11', 'next-linked 11', 'swapped 22', 'names-linked 22']);
    expect(readdirSync(folder).filter((name) => name.startsWith('..v-'))).toHaveLength(2);
    removeOldVersions(folder);
    expect(readdirSync(folder).toSorted()).toEqual(
      [readlinkSync(join(folder, '..data')), '..data', 'a', 'b'].toSorted(),
    );
    expect(read('a') + read('b')).toBe('22');
  });

  it('removes names that are no longer there', () => {
    swapFiles(folder, [aFile('a', '1'), aFile('b', '1')]);
    swapFiles(folder, [aFile('b', '2')]);
    removeOldVersions(folder);
    expect(readdirSync(folder).filter((name) => !name.startsWith('..'))).toEqual(['b']);
  });

  it('takes the place of what an agent that was killed left behind', () => {
    mkdirSync(join(folder, '..v-old'));
    writeFileSync(join(folder, '..data_tmp'), 'rubbish');
    mkdirSync(join(folder, 'a'));
    swapFiles(folder, [aFile('a', '1')]);
    removeOldVersions(folder);
    expect(read('a')).toBe('1');
    expect(lstatSync(join(folder, '..v-old'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('leaves everything as it was when something cannot be written', async () => {
    swapFiles(folder, [aFile('a', '1')]);
    const twice = [aFile('a', '2'), aFile('a', '3')];
    await expectCode(() => swapFiles(folder, twice), 'MAYFLY_FILE_WRITE_FAILED');
    expect(read('a')).toBe('1');
    expect(readdirSync(folder).filter((name) => name.startsWith('..v-'))).toHaveLength(1);
    const gone = join(folder, 'gone');
    await expectCode(() => swapFiles(gone, [aFile('a', '1')]), 'MAYFLY_FILE_WRITE_FAILED');
    await expectCode(() => removeOldVersions(gone), 'MAYFLY_FILE_WRITE_FAILED');
  });

  it('never leaves its folder', async () => {
    await expectCode(() => swapFiles(folder, [aFile('../out', 'x')]), 'MAYFLY_FILE_UNSAFE_PATH');
    expect(readdirSync(folder)).toEqual([]);
  });
});
