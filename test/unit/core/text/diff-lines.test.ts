import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diffLines } from '#core/text/diff-lines.ts';

function show(before: readonly string[], after: readonly string[]): readonly string[] {
  const marks = { same: ' ', added: '+', removed: '-', skipped: '@' };
  return diffLines(before, after).map(({ kind, text }) => `${marks[kind]}${text}`);
}

describe('the difference of two texts', () => {
  it('is nothing for equal ones', () => {
    expect(show(['a', 'b'], ['a', 'b'])).toEqual([]);
  });

  it('tells what was removed and added', () => {
    expect(show(['a', 'b', 'c'], ['a', 'x', 'c', 'd'])).toEqual([' a', '-b', '+x', ' c', '+d']);
  });

  it('tells how much is left out far from a change', () => {
    const lines = Array.from({ length: 20 }, (_, index) => String(index));
    expect(show(lines, lines.toSpliced(10, 0, 'new'))).toEqual([
      '@7 lines',
      ' 7',
      ' 8',
      ' 9',
      '+new',
      ' 10',
      ' 11',
      ' 12',
      '@7 lines',
    ]);
    expect(show(['0', '1', '2', '3'], ['0', '1', '2', '3', '4'])[0]).toBe('@1 line');
  });

  it('does not compare what is far too long', () => {
    const long = (mark: string): string[] =>
      Array.from({ length: 2_100 }, (_, at) => `${mark}${at}`);
    expect(show(long('a'), long('b'))).toHaveLength(4_200);
  });

  it('leads from one text to the other', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
    const property = fc.property(texts, texts, (before, after) => {
      const lines = diffLines(before, after);
      if (lines.some(({ kind }) => kind === 'skipped') || lines.length === 0) return;
      const side = (other: string): string[] =>
        lines.filter(({ kind }) => kind !== other).map(({ text }) => text);
      expect(side('added')).toEqual(before);
      expect(side('removed')).toEqual(after);
    });
    fc.assert(property, { numRuns: 200 });
  });
});
