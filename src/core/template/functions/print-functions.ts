import type { ByteBuilder } from '../../format/byte-builder.ts';
import type { Plain } from '../../format/plain.ts';
import { isYamlEscape, quoteText } from '../../format/quote-text.ts';
import { codePointsOf } from '../../format/utf8.ts';
import { argOf, bytesArg, isTextual, readAscii, type Call, type TemplateFunction } from './call.ts';

/** `print`, `println` and the part of `printf` that texts and whole numbers need. */
export const printFunctions: Readonly<Record<string, TemplateFunction>> = {
  print: { min: 1, max: Infinity, run: print },
  println: { min: 1, max: Infinity, run: println },
  printf: { min: 1, max: Infinity, run: printf },
};

/** Go puts a space between two values of which neither is a text. */
function print(call: Call): Plain {
  return call.work.make((out) => {
    for (const [index, arg] of call.args.entries()) {
      const before = call.args[index - 1];
      if (before !== undefined && !isTextual(before) && !isTextual(arg)) out.addText(' ');
      out.addBytes(bytesArg(call, index));
    }
  });
}

function println(call: Call): Plain {
  return call.work.make((out) => {
    for (const index of call.args.keys()) {
      if (index > 0) out.addText(' ');
      out.addBytes(bytesArg(call, index));
    }
    out.addText('\n');
  });
}

const verbPattern = /^%(?<minus>-?)(?<zero>0?)(?<width>[0-9]{0,3})(?<verb>[svqdt%])/gu;
const percent = 0x25;
const longestVerb = 8;

function printf(call: Call): Plain {
  const format = bytesArg(call, 0);
  return call.work.make((out) => {
    let next = 1;
    let from = 0;
    for (let at = format.indexOf(percent); at >= 0; at = format.indexOf(percent, from)) {
      out.addBytes(format.subarray(from, at));
      const verb = readVerb(call, readAscii(format.subarray(at, at + longestVerb)));
      if (verb.name === '%') out.addText('%');
      else addPadded(call, out, { ...verb, index: next });
      next += verb.name === '%' ? 0 : 1;
      from = at + verb.length;
    }
    out.addBytes(format.subarray(from));
    if (next !== call.args.length) throw call.fault('has not as many values as its format names');
  });
}

interface Verb {
  readonly name: string;
  readonly length: number;
  readonly width: number;
  readonly padding: 'left' | 'right' | 'zero';
}

function readVerb(call: Call, text: string): Verb {
  const [found] = text.matchAll(verbPattern);
  if (found === undefined) throw call.fault('offers %s %v %q %d %t %% with a width, and no other');
  const { minus, zero, width, verb: name = '' } = found.groups ?? {};
  const padding = zero === '0' ? 'zero' : 'left';
  return {
    name,
    length: found[0].length,
    width: Number(width),
    padding: minus === '-' ? 'right' : padding,
  };
}

interface Placed extends Verb {
  /** Which argument it writes. */
  readonly index: number;
}

/** The width is counted in characters; zeros stand behind the sign of a number. */
function addPadded(call: Call, out: ByteBuilder, verb: Placed): void {
  const { bytes } = call.work.make((made) => {
    addValue(call, made, verb);
  });
  const missing = Math.max(0, verb.width - [...codePointsOf(bytes)].length);
  const isZero = verb.padding === 'zero' && argOf(call, verb.index).kind === 'number';
  const sign = isZero && bytes[0] === minusSign ? 1 : 0;
  out.addBytes(bytes.subarray(0, sign));
  if (verb.padding !== 'right') out.addText((isZero ? '0' : ' ').repeat(missing));
  out.addBytes(bytes.subarray(sign));
  if (verb.padding === 'right') out.addText(' '.repeat(missing));
}

const minusSign = 0x2d;

function addValue(call: Call, out: ByteBuilder, { index, name }: Placed): void {
  const arg = call.args[index];
  if (arg === undefined) throw call.fault('has not as many values as its format names');
  if (name === 'd' && !isWhole(arg)) throw call.fault('takes a whole number for %d');
  if (name === 't' && arg.kind !== 'bool') throw call.fault('takes a truth value for %t');
  const bytes = bytesArg(call, index);
  if (name !== 'q') out.addBytes(bytes);
  else if (!quoteText(out, bytes, isYamlEscape)) throw call.fault('takes UTF-8 text for %q');
}

function isWhole(value: Plain): boolean {
  return value.kind === 'number' && /^-?[0-9]+$/u.test(readAscii(value.bytes));
}
