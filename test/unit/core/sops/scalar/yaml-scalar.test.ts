import { describe, expect, it } from '@jest/globals';
import {
  canonicalDecimal,
  formatGoFloat,
  formatGoShortest,
  parseGoFloat,
  parseGoInteger,
} from '#core/sops/scalar/go-number.ts';
import { canonicalTime, parseStamp } from '#core/sops/scalar/go-time.ts';
import { resolveYamlScalar } from '#core/sops/scalar/yaml-scalar.ts';

function resolved(text: string): string {
  const node = resolveYamlScalar(text);
  if (node === null) return 'refused';
  return node.kind === 'null' ? 'null' : `${node.type} ${node.text}`;
}

describe('an unquoted scalar', () => {
  it.each([
    ['0123', 'int 83'],
    ['0o14', 'int 12'],
    ['0x1F', 'int 31'],
    ['0b11', 'int 3'],
    ['0b-11', 'int -3'],
    ['-0o7', 'int -7'],
    ['1_000', 'int 1000'],
    ['+5', 'int 5'],
    ['-0', 'int 0'],
    ['9223372036854775807', 'int 9223372036854775807'],
    ['-9223372036854775808', 'int -9223372036854775808'],
    ['12345678901234567890', 'refused'],
    ['18446744073709551616', 'float 18446744073709552000'],
    ['-9223372036854775809', 'float -9223372036854776000'],
    ['08', 'float 8'],
    ['yes', 'str yes'],
    ['on', 'str on'],
    ['y', 'str y'],
    ['True', 'bool true'],
    ['FALSE', 'bool false'],
    ['trUe', 'str trUe'],
    ['~', 'null'],
    ['', 'null'],
    ['NULL', 'null'],
    ['2024-01-02', 'time 2024-01-02T00:00:00Z'],
    ['2024-01-02T03:04:05Z', 'time 2024-01-02T03:04:05Z'],
    ['2024-1-2t3:4:5.120+00:00', 'time 2024-01-02T03:04:05.12Z'],
    ['2001-12-14 21:59:43.10', 'time 2001-12-14T21:59:43.1Z'],
    ['2001-12-14t21:59:43.1-05:00', 'time 2001-12-14T21:59:43.1-05:00'],
    ['2024-02-30', 'str 2024-02-30'],
    ['2023-02-29', 'str 2023-02-29'],
    ['2024-02-29', 'time 2024-02-29T00:00:00Z'],
    ['2024-04-31', 'str 2024-04-31'],
    ['2024-01-02T25:00:00Z', 'str 2024-01-02T25:00:00Z'],
    ['2024-01-02T03:04:05+30:00', 'str 2024-01-02T03:04:05+30:00'],
    ['1:30', 'str 1:30'],
    ['.inf', 'float +Inf'],
    ['-.INF', 'float -Inf'],
    ['.nan', 'float NaN'],
    ['1e3', 'float 1000'],
    ['1e21', 'float 1000000000000000000000'],
    ['1e-7', 'float 0.0000001'],
    ['-1.5e-8', 'float -0.000000015'],
    ['.5_0', 'float 0.5'],
    ['._5', 'str ._5'],
    ['1e400', 'str 1e400'],
    ['-0.0', 'float -0'],
    ['<<', 'str <<'],
    ['-', 'str -'],
    ['1.2.3', 'str 1.2.3'],
    ['ENC[AES256_GCM]', 'str ENC[AES256_GCM]'],
  ])('%j is what go-yaml takes it for: %s', (text, expected) => {
    expect(resolved(text)).toBe(expected);
  });
});

describe('numbers of Go', () => {
  it.each([
    [1_000_000, '1e+06'],
    [123456, '123456'],
    [0.00001, '1e-05'],
    [1.5, '1.5'],
    [0, '0'],
    [Infinity, '+Inf'],
  ])('writes %d in its shortest form as %s', (value, text) => {
    expect(formatGoShortest(value)).toBe(text);
  });

  it('reads the floats it writes', () => {
    for (const value of [Number.NaN, Infinity, -Infinity, 5e-324, 1.7976931348623157e308, 0.1]) {
      expect(parseGoFloat(formatGoFloat(value))).toBe(value);
    }
    expect(parseGoFloat('Infinity')).toBeNull();
  });

  it('keeps whole numbers to 64 bits', () => {
    expect(canonicalDecimal('+007')).toBe('7');
    expect(canonicalDecimal('9223372036854775808')).toBeNull();
    expect(canonicalDecimal('1.0')).toBeNull();
    expect(parseGoInteger('1'.repeat(71)).kind).toBe('none');
    expect(parseGoInteger('0xFFFFFFFFFFFFFFFF').kind).toBe('uint64');
  });
});

describe('a time', () => {
  it('is cut to the second in a stamp and keeps its offset', () => {
    expect(parseStamp('2024-01-02T03:04:05.999+02:00')).toEqual({
      text: '2024-01-02T03:04:05+02:00',
      instant: Date.UTC(2024, 0, 2, 1, 4, 5),
    });
    expect(parseStamp('2024-01-02T03:04:05-00:00')?.text).toBe('2024-01-02T03:04:05Z');
  });

  it.each([
    '',
    'now',
    '2024-01-02',
    '2024-01-02T03:04:05',
    `2024-01-02T03:04:05.${'1'.repeat(99)}Z`,
  ])('is no stamp: %j', (text) => {
    expect(parseStamp(text)).toBeNull();
  });

  it('is canonical with up to nine digits and no trailing zeros', () => {
    expect(canonicalTime('2024-01-02T03:04:05.1234567899Z')).toBe('2024-01-02T03:04:05.123456789Z');
    expect(canonicalTime('2024-01-02T03:04:05.000Z')).toBe('2024-01-02T03:04:05Z');
    expect(canonicalTime('2024-13-02T03:04:05Z')).toBeNull();
  });
});
