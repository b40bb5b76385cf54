import { describe, expect, it } from '@jest/globals';
import { createReadAhead } from '#adapters/git/read-ahead.ts';
import type { ReadBlob } from '#core/ports/git/git-repository.ts';

async function* from(reads: readonly ReadBlob[]): AsyncGenerator<ReadBlob> {
  yield* reads;
}

function aBlob(blob: string, size = 4): ReadBlob {
  return { blob, bytes: new Uint8Array(size) };
}

describe('blobs that were read ahead', () => {
  it('are given out once, in the order asked', async () => {
    const ahead = createReadAhead(100);
    await ahead.replace('a/b', from([aBlob('1'), aBlob('2'), aBlob('3')]));
    expect(ahead.take('a/b', ['3', '1'])?.map(({ blob }) => blob)).toEqual(['3', '1']);
    expect(ahead.take('a/b', ['1'])).toBeNull();
    expect(ahead.take('a/b', ['2'])).toEqual([aBlob('2')]);
  });

  it('are given out whole or not at all', async () => {
    const ahead = createReadAhead(100);
    await ahead.replace('a/b', from([aBlob('1')]));
    expect(ahead.take('a/b', ['1', '2'])).toBeNull();
    expect(ahead.take('other/b', ['1'])).toBeNull();
    expect(ahead.take('a/b', ['1'])).toEqual([aBlob('1')]);
  });

  it('leave out what is refused and what does not fit', async () => {
    const ahead = createReadAhead(10);
    const refused: ReadBlob = { blob: '0', refused: 'MAYFLY_GIT_FILE_TOO_LARGE' };
    await ahead.replace('a/b', from([refused, aBlob('1'), aBlob('2', 8)]));
    expect(ahead.take('a/b', ['0'])).toBeNull();
    expect(ahead.take('a/b', ['2'])).toBeNull();
    expect(ahead.take('a/b', ['1'])).toEqual([aBlob('1')]);
  });

  it('share their room among all sources and give it back', async () => {
    const ahead = createReadAhead(8);
    await ahead.replace('a/b', from([aBlob('1'), aBlob('2')]));
    await ahead.replace('c/d', from([aBlob('3')]));
    expect(ahead.take('c/d', ['3'])).toBeNull();
    ahead.take('a/b', ['1']);
    await ahead.replace('c/d', from([aBlob('3')]));
    expect(ahead.take('c/d', ['3'])).toEqual([aBlob('3')]);
    ahead.forget('a/b');
    await ahead.replace('c/d', from([aBlob('4', 8)]));
    expect(ahead.take('c/d', ['4'])).toEqual([aBlob('4', 8)]);
  });

  it('are replaced by those of the next time', async () => {
    const ahead = createReadAhead(4);
    await ahead.replace('a/b', from([aBlob('1')]));
    await ahead.replace('a/b', from([aBlob('2')]));
    expect(ahead.take('a/b', ['1'])).toBeNull();
    expect(ahead.take('a/b', ['2'])).toEqual([aBlob('2')]);
  });
});
