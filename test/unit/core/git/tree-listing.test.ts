import { describe, expect, it } from '@jest/globals';
import { createTreeReader, type TreeListing } from '#core/git/tree-listing.ts';
import { expectCode } from '#test/support/expect-code.ts';

const id = 'a'.repeat(40);

function listingOf(...records: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(records.flatMap((record) => [Buffer.from(record), Buffer.of(0)]));
}

function read(bytes: Uint8Array, pieces = 1, maxFiles = 100): TreeListing {
  const reader = createTreeReader(() => true, maxFiles, 'host');
  const size = Math.ceil(bytes.length / pieces);
  for (let at = 0; at < bytes.length; at += size) reader.add(bytes.subarray(at, at + size));
  return reader.finish();
}

describe('the listing of a tree', () => {
  it('is the same however it is cut into pieces', () => {
    const bytes = listingOf(
      `100644 blob ${id}\ta.txt`,
      `100755 blob ${id}\tsecrets/ä/b c.yaml`,
      `120000 blob ${id}\tlink`,
      `160000 commit ${id}\tmodule`,
      `100644 blob ${id}\tsecrets/.gitattributes`,
    );
    const whole = read(bytes);
    expect(whole.files.map((file) => file.path)).toEqual(['a.txt', 'secrets/ä/b c.yaml']);
    expect(whole.skipped).toEqual([
      { path: 'link', code: 'MAYFLY_GIT_SYMLINK' },
      { path: 'module', code: 'MAYFLY_GIT_SUBMODULE' },
    ]);
    for (const pieces of [2, 3, 50, bytes.length]) expect(read(bytes, pieces)).toEqual(whole);
  });

  it('holds only what is included, skipped entries too', () => {
    const reader = createTreeReader((path) => path.startsWith('in/'), 10, 'host');
    reader.add(listingOf(`100644 blob ${id}\tin/a`, `100644 blob ${id}\tout/a`));
    reader.add(listingOf(`120000 blob ${id}\tin/link`, `120000 blob ${id}\tout/link`));
    const { files, skipped } = reader.finish();
    expect(files.map((file) => file.path)).toEqual(['in/a']);
    expect(skipped.map((entry) => entry.path)).toEqual(['in/link']);
  });

  it.each([
    ['a\u0000', 'MAYFLY_GIT_PATH_UNSAFE'],
    ['.', 'MAYFLY_GIT_PATH_UNSAFE'],
    ['a/../b', 'MAYFLY_GIT_PATH_UNSAFE'],
    ['a//b', 'MAYFLY_GIT_PATH_UNSAFE'],
    ['.GIT/config', 'MAYFLY_GIT_PATH_UNSAFE'],
    ['x/GIT~1/config', 'MAYFLY_GIT_PATH_UNSAFE'],
    ['a\u200Cb', 'MAYFLY_GIT_PATH_UNSAFE'],
    ['a\u2028b', 'MAYFLY_GIT_PATH_UNSAFE'],
    ['d/'.repeat(65) + 'f', 'MAYFLY_GIT_PATH_TOO_LONG'],
    ['f'.repeat(1025), 'MAYFLY_GIT_PATH_TOO_LONG'],
  ])('skips the path %j', (path, code) => {
    const [entry] = read(listingOf(`100644 blob ${id}\t${path.replace('\0', '\u0001')}`)).skipped;
    expect(entry?.code).toBe(code);
    expect(entry?.path.length).toBeLessThanOrEqual(1024);
  });

  it('skips paths that are not UTF-8 and modes that are unknown', () => {
    const bad = Buffer.concat([Buffer.from(`100644 blob ${id}\tbad`), Buffer.of(0xff)]);
    const { skipped } = read(listingOf(bad, `040755 tree ${id}\todd`));
    expect(skipped.map((entry) => entry.code)).toEqual([
      'MAYFLY_GIT_PATH_NOT_UTF8',
      'MAYFLY_GIT_PATH_UNSAFE',
    ]);
  });

  it('over its limit of files is refused', async () => {
    const bytes = listingOf(`100644 blob ${id}\ta`, `120000 blob ${id}\tb`, `100644 blob ${id}\tc`);
    await expectCode(() => read(bytes, 1, 2), 'MAYFLY_GIT_FILES_EXCEEDED');
  });

  it('that is cut or no listing is refused', async () => {
    const cut = listingOf(`100644 blob ${id}\ta`).subarray(0, -1);
    await expectCode(() => read(cut), 'MAYFLY_GIT_OBJECTS_CORRUPT');
    await expectCode(() => read(listingOf('nonsense')), 'MAYFLY_GIT_OBJECTS_CORRUPT');
    await expectCode(() => read(listingOf('nonsense\ta')), 'MAYFLY_GIT_OBJECTS_CORRUPT');
  });
});
