import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createError } from '#core/errors/mayfly-error.ts';
import { readFileBounded, readOwnFileBounded } from '#platform/files/read-file-bounded.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { expectCode } from '#test/support/expect-code.ts';

let folder: Awaited<ReturnType<typeof createTempFolder>>;
beforeEach(async () => {
  folder = await createTempFolder();
});
afterEach(() => folder.remove());

function at(name: string): string {
  return join(folder.path, name);
}

describe('reading a file within bounds', () => {
  it('returns the bytes of a file exactly at the limit', async () => {
    await writeFile(at('a'), 'x'.repeat(2000));
    expect((await readFileBounded(at('a'), 2000)).toString()).toBe('x'.repeat(2000));
  });

  it('returns nothing for an empty file', async () => {
    await writeFile(at('a'), '');
    expect(await readFileBounded(at('a'), 10)).toHaveLength(0);
  });

  it('refuses a file one byte over the limit', async () => {
    await writeFile(at('a'), 'x'.repeat(11));
    const error = await expectCode(readFileBounded(at('a'), 10), 'MAYFLY_FILE_TOO_LARGE');
    expect(error.message).toBe(`${at('a')} is larger than 10 bytes`);
  });

  it('bounds a file that does not tell its size', async () => {
    await expectCode(readFileBounded('/proc/self/maps', 1000), 'MAYFLY_FILE_TOO_LARGE');
    const status = await readFileBounded('/proc/self/status', 100_000);
    expect(status.length).toBeGreaterThan(512);
  });

  it('names a missing file', async () => {
    await expectCode(readFileBounded(at('none'), 10), 'MAYFLY_FILE_MISSING');
    await writeFile(at('a'), '');
    await expectCode(readFileBounded(at('a/b'), 10), 'MAYFLY_FILE_MISSING');
  });

  it('refuses folders, devices and pipes without waiting for a writer', async () => {
    await mkdir(at('folder'));
    execFileSync('mkfifo', [at('pipe')]);
    for (const path of [at('folder'), at('pipe'), '/dev/zero']) {
      await expectCode(readFileBounded(path, 10), 'MAYFLY_FILE_NOT_REGULAR');
    }
  });

  it('follows a link, but not in folders of our own', async () => {
    await writeFile(at('a'), 'x');
    await symlink(at('a'), at('link'));
    expect((await readFileBounded(at('link'), 10)).toString()).toBe('x');
    await expectCode(readOwnFileBounded(at('link'), 10), 'MAYFLY_FILE_NOT_REGULAR');
    expect((await readOwnFileBounded(at('a'), 10)).toString()).toBe('x');
  });

  it('says why a file cannot be read', async () => {
    const name = 'x'.repeat(300);
    const error = await expectCode(readFileBounded(at(name), 10), 'MAYFLY_FILE_UNREADABLE');
    expect(error.message).toContain('ENAMETOOLONG');
  });

  it('stops with the reason of the signal', async () => {
    await writeFile(at('a'), 'x');
    await chmod(at('a'), 0o400);
    const reason = createError('MAYFLY_RECONCILE_STOPPED', { controller: 'c' });
    const aborted = AbortSignal.abort(reason);
    await expectCode(readFileBounded(at('a'), 10, aborted), 'MAYFLY_RECONCILE_STOPPED');
  });
});
