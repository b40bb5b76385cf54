import { describe, expect, it } from '@jest/globals';
import { createNameSearch } from '#core/text/name-search.ts';

describe('a search for names', () => {
  it('answers the nearest name', () => {
    const search = createNameSearch();
    expect(search('intervall', ['interval', 'path'])).toBe('interval');
    expect(search('colour', ['interval', 'path'])).toBeNull();
  });

  it('answers nothing once ten thousand names were compared', () => {
    const search = createNameSearch();
    const known = Array.from({ length: 2_500 }, (_, index) => `name-${index}`);
    const answers = Array.from({ length: 6 }, () => search('name-1', known));
    expect(answers).toEqual(['name-1', 'name-1', 'name-1', 'name-1', null, null]);
  });

  it('counts for itself alone', () => {
    const known = Array.from({ length: 10_000 }, (_, index) => `name-${index}`);
    const [first, second] = [createNameSearch(), createNameSearch()];
    expect(first('name-1', known)).toBe('name-1');
    expect(first('name-1', known)).toBeNull();
    expect(second('name-1', known)).toBe('name-1');
  });
});
