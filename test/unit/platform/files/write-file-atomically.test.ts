import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeLeftovers, writeFileAtomically } from '#platform/files/write-file-atomically.ts';
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

const steps = [
  'temporary-created',
  'temporary-written',
  'temporary-synced',
  'renamed',
  'folder-synced',
];

function stop(): never {
  throw new Error('stop');
}

describe('writing a file atomically', () => {
  it('sets the exact mode and owner and names its steps in order', async () => {
    const seen: string[] = [];
    const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    await writeFileAtomically(at('a'), Buffer.from('new'), {
      mode: 0o646,
      owner,
      onStep: (name) => seen.push(name),
    });
    expect(await readFile(at('a'), 'utf8')).toBe('new');
    expect((await stat(at('a'))).mode & 0o7777).toBe(0o646);
    expect(seen).toEqual(steps);
    expect(await readdir(folder.path)).toEqual(['a']);
  });

  it('replaces a link instead of following it', async () => {
    await writeFile(at('outside'), 'kept');
    await symlink(at('outside'), at('a'));
    await writeFileAtomically(at('a'), Buffer.from('new'), { mode: 0o400 });
    expect(await readFile(at('outside'), 'utf8')).toBe('kept');
    expect(await readFile(at('a'), 'utf8')).toBe('new');
  });

  it('keeps the old file and leaves nothing when a write fails', async () => {
    await mkdir(at('a'));
    const write = writeFileAtomically(at('a'), Buffer.from('new'), { mode: 0o400 });
    const error = await expectCode(write, 'MAYFLY_FILE_WRITE_FAILED');
    expect(error.message).toContain('EISDIR');
    expect(await readdir(folder.path)).toEqual(['a']);
    const lost = writeFileAtomically(at('no/a'), Buffer.from('new'), { mode: 0o400 });
    await expectCode(lost, 'MAYFLY_FILE_WRITE_FAILED');
  });

  it('names a folder whose leftovers cannot be removed', async () => {
    await expectCode(removeLeftovers(at('none')), 'MAYFLY_FILE_WRITE_FAILED');
  });

  it('passes on a stop that is not a failure of the system', async () => {
    const write = writeFileAtomically(at('a'), Buffer.from('x'), { mode: 0o400, onStep: stop });
    await expect(write).rejects.toThrow('stop');
    expect(await readdir(folder.path)).toEqual([]);
  });

  it.each(steps)('is old or new, and cleaned up, after a kill at %s', async (step) => {
    await writeFile(at('a'), 'old');
    const module = new URL(
      '../../../../src/platform/files/write-file-atomically.ts',
      import.meta.url,
    );
    const program = `
      import { writeFileAtomically } from ${JSON.stringify(module.href)};
      await writeFileAtomically(${JSON.stringify(at('a'))}, Buffer.from('new'), {
        mode: 0o600,
        onStep: (name) => name === ${JSON.stringify(step)} && process.kill(process.pid, 'SIGKILL'),
      });`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', program]);
    expect(child.signal).toBe('SIGKILL');
    const isRenamed = steps.indexOf(step) >= steps.indexOf('renamed');
    expect(await readFile(at('a'), 'utf8')).toBe(isRenamed ? 'new' : 'old');
    expect(await removeLeftovers(folder.path)).toBe(isRenamed ? 0 : 1);
    expect(await readdir(folder.path)).toEqual(['a']);
  });
});
