import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRecord } from '#core/text/read-field.ts';
import { diffStatus, type Fields } from '#adapters/kube/objects/diff-status.ts';

/** RFC 7386, section 2. */
function merge(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else merged[field] = merge(merged[field], value);
  }
  return merged;
}

const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer()));
const key = fc.constantFrom('a', 'b', 'c');
const fields: fc.Arbitrary<Fields> = fc.dictionary(
  key,
  fc.oneof(leaf, fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf)))),
);

describe('the difference of two states', () => {
  it('makes one the other', () => {
    fc.assert(
      fc.property(fields, fields, (before, after) => {
        expect(merge(before, diffStatus(before, after))).toEqual(after);
      }),
    );
  });

  it('is empty between equal ones, whatever the order of their fields', () => {
    const before = { a: 1, b: { c: [1, { d: 2, e: 3 }] } };
    const after = { b: { c: [1, { e: 3, d: 2 }] }, a: 1 };
    expect(diffStatus(before, after)).toEqual({});
  });

  it('names what is gone, also from within', () => {
    const before = { issued: { revision: 'a', at: 1 }, failures: [1] };
    expect(diffStatus(before, { issued: { revision: 'a' } })).toEqual({
      issued: { at: null },
      failures: null,
    });
  });
});
