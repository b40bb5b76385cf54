import { describe, expect, it } from '@jest/globals';
import { parseBatchOutput, splitBySize } from '#core/git/batch-output.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);

describe('the output of a batch', () => {
  it('is split by the sizes it tells, whatever the contents hold', () => {
    const output = Buffer.from(`${a} blob 4\n\n\na \n${b} blob 0\n\n`);
    const contents = parseBatchOutput(output, [a, b])?.map((bytes) =>
      Buffer.from(bytes).toString(),
    );
    expect(contents).toEqual(['\n\na ', '']);
    expect(parseBatchOutput(new Uint8Array(0), [])).toEqual([]);
  });

  it.each([
    ['an answer for another object', `${b} blob 1\nx\n`],
    ['a missing object', `${a} missing\n`],
    ['another type', `${a} tree 1\nx\n`],
    ['a cut answer', `${a} blob 10\nx\n`],
    ['a wrong size', `${a} blob 1\nxy\n`],
    ['no size', `${a} blob\nx\n`],
    ['more than was asked', `${a} blob 1\nx\n${b} blob 1\nx\n`],
    ['no line', 'x'.repeat(500)],
    ['nothing', ''],
  ])('is refused with %s', (_, text) => {
    expect(parseBatchOutput(Buffer.from(text), [a])).toBeNull();
  });
});

describe('runs by size', () => {
  it('keep the order and stay under the bound, unless one is larger alone', () => {
    const sizes = new Map([
      ['a', 4],
      ['b', 4],
      ['c', 4],
      ['d', 30],
      ['e', 1],
    ]);
    expect(splitBySize(['a', 'b', 'c', 'x', 'd', 'e'], sizes, 10)).toEqual([
      ['a', 'b'],
      ['c', 'x'],
      ['d'],
      ['e'],
    ]);
    expect(splitBySize([], sizes, 10)).toEqual([]);
  });
});
