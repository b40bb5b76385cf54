import { expect, it } from '@jest/globals';
import { findMedian } from '#tools/bench/benchmark.ts';
import { renderTable } from '#tools/bench/render-table.ts';

it('shows figures with and without a peer in columns', () => {
  const table = renderTable([
    {
      name: 'decrypt',
      value: 1400,
      unit: 'files/s',
      peer: 700,
      ratio: 2,
      target: '>= 2 x',
      ok: true,
    },
    {
      name: 'start',
      value: 150,
      unit: 'ms',
      peer: null,
      ratio: null,
      target: '<= 120 ms',
      ok: false,
    },
    { name: 'memory', value: 80, unit: 'MiB', peer: null, ratio: null, target: null, ok: null },
  ]);
  expect(table.split('\n')).toEqual([
    'benchmark  value  unit     peer  ratio   target     met',
    'decrypt    1400   files/s  700   2.00 x  >= 2 x     yes',
    'start      150    ms       –     –       <= 120 ms  NO',
    'memory     80     MiB      –     –       –          –',
  ]);
});

it('takes the middle of several runs', () => {
  expect(findMedian([9, 1, 5])).toBe(5);
  expect(findMedian([4, 1, 3, 2])).toBe(2);
});
