import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from '#platform/files/folder-lock.ts';
import { isMemoryBacked } from '#platform/files/memory-backed.ts';
import { joinSafely, refuseLinks } from '#platform/files/safe-path.ts';
import { noSteps } from '#platform/files/steps.ts';
import { readErrno } from '#platform/files/system-error.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { expectCode } from '#test/support/expect-code.ts';

let folder: Awaited<ReturnType<typeof createTempFolder>>;
beforeEach(async () => {
  folder = await createTempFolder();
});
afterEach(() => folder.remove());

describe('joining a path from outside', () => {
  it.each(['a', 'a/b.c', '..a', 'a..', 'ä/ö', '-rf'])('accepts %s', (path) => {
    expect(joinSafely('/root', path)).toBe(`/root/${path}`);
  });

  it.each([
    '',
    '/',
    '/etc/passwd',
    '..',
    '../a',
    'a/../b',
    'a/..',
    '.',
    'a/./b',
    'a//b',
    'a/',
    'a\0b',
    'a\nb',
    'a\\b',
    'x'.repeat(256),
    'x/'.repeat(2100),
  ])('refuses %j', async (path) => {
    await expectCode(() => joinSafely('/root', path), 'MAYFLY_FILE_UNSAFE_PATH');
  });

  it('refuses links on the way and at the end', async () => {
    await mkdir(join(folder.path, 'a'));
    await symlink('/etc', join(folder.path, 'a/link'));
    const linked = join(folder.path, 'a/link/passwd');
    await expectCode(refuseLinks(folder.path, linked), 'MAYFLY_FILE_UNSAFE_PATH');
    const last = join(folder.path, 'a/link');
    await expectCode(refuseLinks(folder.path, last), 'MAYFLY_FILE_UNSAFE_PATH');
    await expectCode(refuseLinks(folder.path, '/etc'), 'MAYFLY_FILE_UNSAFE_PATH');
    await refuseLinks(folder.path, join(folder.path, 'a/new/file'));
    const tooLong = join(folder.path, 'x'.repeat(300));
    await expectCode(refuseLinks(folder.path, tooLong), 'MAYFLY_FILE_UNREADABLE');
  });
});

describe('the lock of a folder', () => {
  it('is had by one at a time', async () => {
    const lock = lockFolder(folder.path);
    const error = await expectCode(() => lockFolder(folder.path), 'MAYFLY_FOLDER_IN_USE');
    expect(error.message).toContain(folder.path);
    lock.release();
    lockFolder(folder.path).release();
  });

  it('is free again after its holder was killed', async () => {
    const module = new URL('../../../../src/platform/files/folder-lock.ts', import.meta.url);
    const program = `
      import { lockFolder } from ${JSON.stringify(module.href)};
      const lock = lockFolder(${JSON.stringify(folder.path)});
      process.stdout.write('locked');
      setInterval(() => lock, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
    try {
      await once(child.stdout, 'data');
      await expectCode(() => lockFolder(folder.path), 'MAYFLY_FOLDER_IN_USE');
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'exit');
    lockFolder(folder.path).release();
  });

  it('needs the folder to exist', async () => {
    const missing = join(folder.path, 'none');
    await expectCode(() => lockFolder(missing), 'MAYFLY_FILE_WRITE_FAILED');
  });
});

describe('telling whether a folder is in memory', () => {
  it('knows tmpfs from other file systems', async () => {
    expect(await isMemoryBacked('/dev/shm')).toBe(true);
    expect(await isMemoryBacked('/proc')).toBe(false);
    const missing = join(folder.path, 'none');
    await expectCode(isMemoryBacked(missing), 'MAYFLY_FILE_UNREADABLE');
  });
});

describe('small parts', () => {
  it('names failures of the system without their text', () => {
    expect(readErrno(Object.assign(new Error('text'), { code: 'ENOENT' }))).toBe('ENOENT');
    expect(readErrno(Object.assign(new Error('text'), { code: 5 }))).toBe('unknown');
    expect(readErrno(new Error('text'))).toBe('unknown');
    expect(readErrno('text')).toBe('unknown');
    expect(noSteps()).toBeUndefined();
  });
});
