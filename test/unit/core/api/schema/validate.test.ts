import { describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import { describeMismatch } from '#core/api/schema/describe-mismatch.ts';
import { conditionsSchema, patterns, patternWords } from '#core/api/schema/schema-parts.ts';
import { suggestField } from '#core/api/schema/suggest-field.ts';
import { validate } from '#core/api/schema/validate.ts';

const schema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 3 }),
    count: Type.Optional(Type.Number({ exclusiveMinimum: 1, exclusiveMaximum: 9 })),
    list: Type.Optional(
      Type.Array(Type.Object({ key: Type.String() }, { additionalProperties: false }), {
        minItems: 1,
        maxItems: 2,
      }),
    ),
    fixed: Type.Optional(Type.Literal('this')),
    none: Type.Optional(Type.Object({}, { additionalProperties: false })),
  },
  { additionalProperties: false },
);

function messages(input: unknown): readonly string[] {
  const parsed = validate(schema, input, 'spec');
  return parsed.kind === 'valid' ? [] : parsed.errors.map(({ message }) => message);
}

describe('input beside a schema', () => {
  it('is the typed value when it fits', () => {
    expect(validate(schema, { name: 'a' }, 'spec')).toEqual({
      kind: 'valid',
      value: { name: 'a' },
    });
  });

  it.each<[unknown, readonly string[]]>([
    [null, ['the field spec must be a map of fields']],
    [{}, ['the field spec.name is missing']],
    [{ name: '' }, ['the field spec.name must not be empty']],
    [{ name: 'long' }, ['the field spec.name must be at most 3 long']],
    [{ name: 'a', count: 1 }, ['the field spec.count must be at least 1']],
    [{ name: 'a', count: 9 }, ['the field spec.count must be at most 9']],
    [{ name: 'a', count: 'b' }, ['the field spec.count must be a number']],
    [{ name: 'a', list: [] }, ['the field spec.list must not be empty']],
    [{ name: 'a', list: {} }, ['the field spec.list must be a list']],
    [{ name: 'a', list: [{}] }, ['the field spec.list[0].key is missing']],
    [
      { name: 'a', list: [{ key: 'b', kay: 'c' }] },
      ['there is no field spec.list[0].kay: did you mean key'],
    ],
    [{ name: 'a', fixed: 'other' }, ['the field spec.fixed has a value that is not allowed']],
    [{ name: 'a', none: { x: 1 } }, ['there is no field spec.none.x: it takes no fields']],
    [
      { name: 'a', 'odd/na~me': 1 },
      ['there is no field spec.odd/na~me: known are name, count, list, fixed, none'],
    ],
  ])('%j is told in words', (input, told) => {
    expect(messages(input)).toEqual(told);
  });

  it('is told with everything at once', () => {
    expect(messages({ name: 1, count: 'x', naem: 2 })).toHaveLength(3);
  });

  it('is told where it is much: 16 times, and then how often it is', () => {
    const names = Array.from({ length: 40 }, (_, index) => [`x${index}`, 1] as const);
    const [told, all] = [names.slice(0, 16), messages({ name: 'a', ...Object.fromEntries(names) })];
    const known = 'known are name, count, list, fixed, none';
    expect(all.slice(0, 16)).toEqual(
      told.map(([name]) => `there is no field spec.${name}: ${known}`),
    );
    expect(all.slice(16)).toEqual(['beside these, more is wrong: 24']);
    const many = Array.from({ length: 100_000 }, (_, index) => [`x${index}`, 1] as const);
    expect(messages({ name: 'a', ...Object.fromEntries(many) }).at(-1)).toBe(
      'beside these, more is wrong: at least 240',
    );
  });

  it.each([7, 8, 9])('is told whole where %i fields are unknown', (count) => {
    const names = Array.from({ length: count }, (_, index) => [`x${index}`, 1] as const);
    expect(messages({ name: 'a', ...Object.fromEntries(names) })).toHaveLength(count);
  });

  it('does not reach into what objects inherit', () => {
    expect(messages(JSON.parse('{"name":"a","__proto__":{"x":1}}'))).toHaveLength(1);
    expect(suggestField(schema, '/constructor/prototype', 'nothing')).toBe('it takes no fields');
  });
});

describe('the words for what a field must be', () => {
  it('are there for every pattern', () => {
    for (const pattern of Object.values(patterns)) {
      expect(describeMismatch('pattern', { pattern })).toBe(patternWords.get(pattern));
    }
  });

  it('are general where nothing is known', () => {
    expect(describeMismatch('pattern', { pattern: 'other' })).toBe(
      'has characters that are not allowed',
    );
    expect(describeMismatch('type', { type: 'null' })).toBe('must be of another type');
    expect(describeMismatch('maximum', {})).toBe('must be at most the limit');
    expect(describeMismatch('enum', {})).toBe('must be one of the known values');
  });

  it('describe conditions as people see them', () => {
    expect(conditionsSchema).toMatchObject({ type: 'array' });
  });
});
