import { describe, expect, it } from '@jest/globals';
import { isLfsPointer, splitCaseClashes } from '#core/git/tree-entry.ts';

describe('paths that clash', () => {
  it('are all set apart, the others go on', () => {
    const files = ['Prod.yaml', 'prod.yaml', 'PROD.yaml', 'a', 'straße', 'e\u0301', '\u00E9'].map(
      (path) => ({ path, blob: 'x', size: null }),
    );
    const { files: alone, skipped } = splitCaseClashes(files);
    expect(alone.map((file) => file.path)).toEqual(['a', 'straße']);
    expect(skipped).toHaveLength(5);
    expect(new Set(skipped.map((entry) => entry.code))).toEqual(
      new Set(['MAYFLY_GIT_PATH_CASE_CLASH']),
    );
  });
});

describe('a Git LFS pointer', () => {
  it('is told by its first line and size', () => {
    const pointer = Buffer.from(
      'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n',
    );
    expect(isLfsPointer(pointer)).toBe(true);
    expect(isLfsPointer(Buffer.concat([pointer, Buffer.alloc(1024)]))).toBe(false);
    expect(isLfsPointer(Buffer.from('version: 1'))).toBe(false);
    expect(isLfsPointer(new Uint8Array(0))).toBe(false);
  });
});
