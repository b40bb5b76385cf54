import type { ByteBuilder } from '../../format/byte-builder.ts';
import type { Plain } from '../../format/plain.ts';
import { isYamlEscape, quoteText } from '../../format/quote-text.ts';
import { codePointsOf } from '../../format/utf8.ts';
import { argOf, bytesArg, readAscii, type Call, type TemplateFunction } from './call.ts';

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
      if (before !== undefined && before.kind !== 'text' && arg.kind !== 'text') out.addText(' ');
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

const verb = /^%(?<minus>-?)(?<zero>0?)(?<width>[0-9]{0,3})(?<verb>[svqdt%])/u;
const percent = 0x25;
const longestVerb = 8;

function printf(call: Call): Plain {
  const format = bytesArg(call, 0);
  return call.work.make((out) => {
    let next = 1;
    let from = 0;
    for (let at = format.indexOf(percent); at >= 0; at = format.indexOf(percent, from)) {
      out.addBytes(format.subarray(from, at));
      const found = verb.exec(readAscii(format.subarray(at, at + longestVerb)));
      if (found === null) throw call.fault('offers %s %v %q %d %t %% with a width, and no other');
      if (found.groups?.['verb'] === '%') out.addText('%');
      else addPadded(call, out, { index: next, groups: found.groups ?? {} });
      next += found.groups?.['verb'] === '%' ? 0 : 1;
      from = at + found[0].length;
    }
    out.addBytes(format.subarray(from));
    if (next !== call.args.length) throw call.fault('has not as many values as its format names');
  });
}

interface Verb {
  /** Which argument it writes. */
  readonly index: number;
  readonly groups: Readonly<Record<string, string | undefined>>;
}

/** The width is counted in characters; zeros stand behind the sign of a number. */
function addPadded(call: Call, out: ByteBuilder, { index, groups }: Verb): void {
  const value = call.work.make((made) => {
    addValue(call, made, { index, groups });
  });
  const missing = Math.max(0, Number(groups['width'] ?? 0) - [...codePointsOf(value.bytes)].length);
  const isLeft = groups['minus'] !== '';
  const isZero = groups['zero'] !== '' && !isLeft && argOf(call, index).kind === 'number';
  const sign = isZero && value.bytes[0] === 0x2d ? 1 : 0;
  if (isZero) out.addText(`${'-'.repeat(sign)}${'0'.repeat(missing)}`);
  else if (!isLeft) out.addText(' '.repeat(missing));
  out.addBytes(value.bytes.subarray(sign));
  if (isLeft) out.addText(' '.repeat(missing));
}

function addValue(call: Call, out: ByteBuilder, { index, groups }: Verb): void {
  const arg = call.args[index];
  if (arg === undefined) throw call.fault('has not as many values as its format names');
  const bytes = bytesArg(call, index);
  switch (groups['verb']) {
    case 'q':
      if (!quoteText(out, bytes, isYamlEscape)) throw call.fault('takes UTF-8 text for %q');
      return;
    case 'd':
      if (arg.kind !== 'number' || !/^-?[0-9]+$/u.test(readAscii(bytes))) {
        throw call.fault('takes a whole number for %d');
      }
      break;
    case 't':
      if (arg.kind !== 'bool') throw call.fault('takes a truth value for %t');
      break;
    default:
      break;
  }
  out.addBytes(bytes);
}
