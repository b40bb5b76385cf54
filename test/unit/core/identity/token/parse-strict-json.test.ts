import { describe, expect, it } from '@jest/globals';
import { parseStrictJson } from '#core/identity/token/parse-strict-json.ts';

const parse = (text: string): unknown => parseStrictJson(Buffer.from(text));

describe('the JSON of tokens', () => {
  it('is an object', () => {
    expect(parse('{"a":{"b":[1,"x",null,true]}}')).toEqual({ a: { b: [1, 'x', null, true] } });
    for (const text of ['[]', '"a"', '1', 'null', '', '{', '{"a":1}}', '\ufeff{}']) {
      expect(parse(text)).toBeNull();
    }
  });

  it('has each member once, also below and also in another spelling', () => {
    for (const text of [
      '{"sub":"a","sub":"b"}',
      '{"sub":"a","s\\u0075b":"b"}',
      '{"x":{"a":1,"b":2,"a":1}}',
      '{"x":[{"a":1,"a":1}]}',
      '{"__proto__":1,"__proto__":2}',
    ]) {
      expect(parse(text)).toBeNull();
    }
  });

  it('may have colons and quotes in its texts', () => {
    const value = { 'a:b': 'c:"d":\\', e: ['":"', '\\"'] };
    expect(parse(JSON.stringify(value))).toEqual(value);
  });

  it('has no prototype that anybody outside chose', () => {
    const parsed = parseStrictJson(
      Buffer.from('{"__proto__":{"admin":true},"a":{"constructor":1}}'),
    );
    expect(Object.getPrototypeOf(parsed)).toBeNull();
    expect(parsed?.['admin']).toBeUndefined();
    expect(Object.hasOwn(parsed ?? {}, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(parsed?.['a'])).toBeNull();
  });

  it('is whole text', () => {
    expect(parse('{"a":"\\ud800"}')).toBeNull();
    expect(parseStrictJson(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toBeNull();
  });

  it('may be nested as deep as a token is long, or is refused', () => {
    const depth = 16_000;
    const text = `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(() => parse(text)).not.toThrow();
  });
});
