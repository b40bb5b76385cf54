/** The number rules of Go's strconv, which SOPS feeds into its MAC. */

const maxInt64 = 2n ** 63n - 1n;
const minInt64 = -(2n ** 63n);
const maxUint64 = 2n ** 64n - 1n;

/** A whole number in Go's eyes: fits `int64`, fits only `uint64`, or neither. */
export type GoInteger =
  | { readonly kind: 'int64'; readonly text: string }
  | { readonly kind: 'uint64' }
  | { readonly kind: 'none' };

const none: GoInteger = { kind: 'none' };
const decimalPattern = /^([+-]?)(0|[1-9][0-9]*)$/u;
const radixPattern = /^([+-]?)0([xX][0-9a-fA-F]+|[bB][01]+|[oO][0-7]+)$/u;
const oldOctalPattern = /^([+-]?)0([0-7]+)$/u;

/** Reads as `strconv.ParseInt(text, 0, 64)` and then `ParseUint` do; digits beyond 70 are never a number. */
export function parseGoInteger(text: string): GoInteger {
  if (text.length > 70) return none;
  return (
    readInteger(decimalPattern.exec(text), '') ??
    readInteger(radixPattern.exec(text), '0') ??
    readInteger(oldOctalPattern.exec(text), '0o') ??
    none
  );
}

function readInteger(match: RegExpExecArray | null, prefix: string): GoInteger | null {
  if (match === null) return null;
  const [, sign = '', digits = '0'] = match;
  return integerOf(sign, BigInt(prefix + digits.toLowerCase()));
}

function integerOf(sign: string, magnitude: bigint): GoInteger {
  const value = sign === '-' ? -magnitude : magnitude;
  if (value >= minInt64 && value <= maxInt64) return { kind: 'int64', text: value.toString() };
  return sign === '' && value > 0n && value <= maxUint64 ? { kind: 'uint64' } : none;
}

/** Reads a decimal `int64` as `strconv.Atoi` does and gives its canonical text, or null. */
export function canonicalDecimal(text: string): string | null {
  if (!/^[+-]?[0-9]{1,70}$/u.test(text)) return null;
  const whole = integerOf(text.startsWith('-') ? '-' : '', BigInt(text.replace(/^[+-]/u, '')));
  return whole.kind === 'int64' ? whole.text : null;
}

/** Writes as `strconv.FormatFloat(value, 'f', -1, 64)`: shortest, never with an exponent. */
export function formatGoFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  return text.includes('e') ? withoutExponent(text) : text;
}

function withoutExponent(text: string): string {
  const [mantissa = '', exponent = '0'] = text.split('e');
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}

/** Writes as `strconv.FormatFloat(value, 'g', -1, 64)`: with an exponent below 1e-4 and from 1e6. */
export function formatGoShortest(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatGoFloat(value);
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return formatGoFloat(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Reads what {@link formatGoFloat} writes, and any decimal float; null when it is none or out of range. */
export function parseGoFloat(text: string): number | null {
  if (text === 'NaN') return Number.NaN;
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : parseDecimalFloat(text);
}

/** Reads a decimal float; null when it is none or out of range. */
export function parseDecimalFloat(text: string): number | null {
  if (!/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/u.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
