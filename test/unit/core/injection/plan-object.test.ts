import { describe, expect, it } from '@jest/globals';
import { readPlanObject } from '#core/injection/plan-object.ts';
import { expectCode } from '#test/support/expect-code.ts';

const known = ['a', 'b'] as const;

describe('readPlanObject', () => {
  it('reads each kind of field', () => {
    const object = readPlanObject({ a: 'text', b: null }, 'plan', known);
    expect([object.text('a'), object.word('a', ['text'])]).toEqual(['text', 'text']);
    expect(object.orNull('b', () => object.text('b'))).toBeNull();
    const other = readPlanObject({ a: 0o440, b: ['x'] }, 'plan', known);
    expect([other.mode('a'), other.number('a'), other.duration('a')]).toEqual([288, 288, 288]);
    expect(other.list('b', (value, field) => [value, field])).toEqual([['x', 'plan.b[0]']]);
  });

  it.each([['a text'], [null], [[]], [7]])('does not take %j for an object', async (input) => {
    await expectCode(() => readPlanObject(input, 'plan', known), 'MAYFLY_AGENT_PLAN');
  });

  it('takes no field from a prototype', async () => {
    const input: unknown = JSON.parse('{"__proto__":{"a":"text"}}');
    const error = await expectCode(() => readPlanObject(input, 'plan', known), 'MAYFLY_AGENT_PLAN');
    expect(error.message).toContain('plan.__proto__');
    const bare = readPlanObject(Object.create({ a: 'text' }), 'plan', known);
    await expectCode(() => bare.text('a'), 'MAYFLY_AGENT_PLAN');
  });
});
