import type { Plain, PlainNumber, PlainText } from '../../format/plain.ts';
import { encodeText } from '../../format/utf8.ts';
import type { Work } from '../work.ts';

/** One call of a function of templates. */
export interface Call {
  readonly args: readonly Plain[];
  readonly work: Work;
  /** Fails the call. The problem follows the name of the function and quotes no argument. */
  fault(problem: string): Error;
  /** The error for an argument that has no value. */
  missing(name: string): Error;
}

/** A function of templates: pure, linear in what it is given. */
export interface TemplateFunction {
  readonly min: number;
  /** Infinity for as many as there are. */
  readonly max: number;
  readonly run: (call: Call) => Plain;
}

const yes: Plain = { kind: 'bool', value: true };
const no: Plain = { kind: 'bool', value: false };

export function plainBool(value: boolean): Plain {
  return value ? yes : no;
}

/** Whether it is a text: for Vault's programs a number out of a document is one too. */
export function isTextual(value: Plain): value is PlainText | PlainNumber {
  return value.kind === 'text' || (value.kind === 'number' && value.isStored);
}

/** The argument at a position; the number of arguments was checked when the template was read. */
export function argOf(call: Call, index: number): Plain {
  return call.args[index] ?? { kind: 'nil', name: 'the argument' };
}

/** The bytes of a text, number or truth value. They are not the caller's to change. */
export function bytesArg(call: Call, index: number): Uint8Array {
  const arg = argOf(call, index);
  if (arg.kind === 'nil') throw call.missing(arg.name);
  if (arg.kind === 'bool') return encodeText(String(arg.value));
  if (arg.kind === 'text' || arg.kind === 'number') return arg.bytes;
  throw call.fault(`takes a text as argument ${index + 1}, not a ${arg.kind}`);
}

const wholeNumber = /^-?[0-9]{1,15}$/u;

/** A whole number that JavaScript counts exactly. */
export function wholeArg(call: Call, index: number): number {
  const arg = argOf(call, index);
  const text = arg.kind === 'number' ? readAscii(arg.bytes) : '';
  if (!wholeNumber.test(text)) throw call.fault(`takes a whole number as argument ${index + 1}`);
  return Number(text);
}

export function listArg(call: Call, index: number): readonly Plain[] {
  const arg = argOf(call, index);
  if (arg.kind === 'nil') throw call.missing(arg.name);
  if (arg.kind !== 'list') throw call.fault(`takes a list as argument ${index + 1}`);
  return arg.items;
}

/** The text of a number or name; never asked for a secret of another kind, because strings cannot be wiped. */
export function readAscii(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
