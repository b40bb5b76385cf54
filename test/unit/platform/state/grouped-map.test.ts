import { describe, expect, it } from '@jest/globals';
import { createGroupedMap } from '#platform/state/grouped-map.ts';

interface Item {
  readonly group: string;
  readonly count: number;
}

function aMap(): ReturnType<typeof createGroupedMap<Item>> {
  const map = createGroupedMap<Item>(({ group }) => group);
  map.set('one', { group: 'a', count: 1 });
  map.set('two', { group: 'a', count: 2 });
  map.set('three', { group: 'b', count: 3 });
  return map;
}

describe('a grouped map', () => {
  it('finds values by key, by group and all together', () => {
    const map = aMap();
    expect(map.get('two')?.count).toBe(2);
    expect(map.get('four')).toBeNull();
    expect(map.inGroup('a').map(({ count }) => count)).toEqual([1, 2]);
    expect(map.inGroup('c')).toEqual([]);
    expect(map.all()).toHaveLength(3);
  });

  it('moves a value that changes its group', () => {
    const map = aMap();
    map.set('one', { group: 'b', count: 4 });
    expect(map.inGroup('a').map(({ count }) => count)).toEqual([2]);
    expect(map.inGroup('b').map(({ count }) => count)).toEqual([3, 4]);
    expect(map.all()).toHaveLength(3);
  });

  it('forgets a value in every way', () => {
    const map = aMap();
    map.delete('three');
    map.delete('three');
    expect(map.get('three')).toBeNull();
    expect(map.inGroup('b')).toEqual([]);
    expect(map.all()).toHaveLength(2);
  });
});
