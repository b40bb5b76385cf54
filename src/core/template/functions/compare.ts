import type { Plain } from '../../format/plain.ts';
import {
  argOf,
  isTextual,
  plainBool,
  readAscii,
  type Call,
  type TemplateFunction,
} from './call.ts';

/**
 * Whether a value counts as true: everything but nothing, false, zero and what is empty. A number out of a document
 * counts as its text, as for Vault's programs: it is true, also 0.
 */
export function isTrue(value: Plain): boolean {
  switch (value.kind) {
    case 'nil':
      return false;
    case 'bool':
      return value.value;
    case 'text':
      return value.bytes.length > 0;
    case 'number':
      return value.isStored || Number(readAscii(value.bytes)) !== 0;
    case 'list':
      return value.items.length > 0;
    case 'map':
      return value.entries.size > 0;
  }
}

/** Whether two values are equal; null for two that cannot be compared. */
export function isEqual(a: Plain, b: Plain): boolean | null {
  if (a.kind === 'nil' || b.kind === 'nil') return a.kind === b.kind;
  if (a.kind === 'bool' && b.kind === 'bool') return a.value === b.value;
  const order = compareValues(a, b);
  return order === null ? null : order === 0;
}

/** Negative, zero or positive; null for two values without an order. */
function compareValues(a: Plain, b: Plain): number | null {
  if (a.kind === 'number' && b.kind === 'number') return compareNumbers(a.bytes, b.bytes);
  if (!isTextual(a) || !isTextual(b)) return null;
  return compareBytes(a.bytes, b.bytes);
}

function compareNumbers(a: Uint8Array, b: Uint8Array): number {
  const [left, right] = [toNumber(readAscii(a)), toNumber(readAscii(b))];
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

/** Whole numbers are compared exactly, also beyond what a double holds. */
function toNumber(text: string): number | bigint {
  return /^-?[0-9]{1,100}$/u.test(text) ? BigInt(text) : Number(text);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  if (at < 0) return a.length - b.length;
  return (a[at] ?? 0) - (b[at] ?? -1);
}

const two = { min: 2, max: 2 };

/** `eq` and its like; see {@link https://pkg.go.dev/text/template#hdr-Functions}. */
export const compareFunctions: Readonly<Record<string, TemplateFunction>> = {
  eq: { min: 2, max: Infinity, run: (call) => plainBool(isAnyEqual(call)) },
  ne: { ...two, run: (call) => plainBool(!isAnyEqual(call)) },
  lt: { ...two, run: (call) => plainBool(orderOf(call) < 0) },
  le: { ...two, run: (call) => plainBool(orderOf(call) <= 0) },
  gt: { ...two, run: (call) => plainBool(orderOf(call) > 0) },
  ge: { ...two, run: (call) => plainBool(orderOf(call) >= 0) },
  not: { min: 1, max: 1, run: (call) => plainBool(!isTrue(argOf(call, 0))) },
};

function isAnyEqual(call: Call): boolean {
  const [first, ...others] = call.args;
  return others.some((other) => {
    const equal = isEqual(first ?? other, other);
    if (equal === null) throw incomparable(call);
    return equal;
  });
}

function orderOf(call: Call): number {
  const order = compareValues(argOf(call, 0), argOf(call, 1));
  if (order === null) throw incomparable(call);
  return order;
}

function incomparable(call: Call): Error {
  const [a, b] = call.args.map(({ kind }) => kind);
  return call.fault(`cannot compare a ${a ?? 'value'} with a ${b ?? 'value'}`);
}
