import { describe, expect, it } from '@jest/globals';
import { decideSkew } from '#core/lease/decide-skew.ts';

const minute = 60_000;

describe('two clocks', () => {
  it.each([
    { server: 0, local: 0, gives: { kind: 'agreed', certain: 0 } },
    { server: minute, local: 0, gives: { kind: 'agreed', certain: minute } },
    { server: 0, local: minute, gives: { kind: 'agreed', certain: 0 } },
    { server: minute + 1, local: 0, gives: { kind: 'apart', certain: 0 } },
    { server: 0, local: minute + 1, gives: { kind: 'apart', certain: 0 } },
  ])('at $server and $local are $gives.kind, certain of $gives.certain', ({ gives, ...clocks }) => {
    expect(decideSkew(clocks)).toEqual(gives);
  });
});
