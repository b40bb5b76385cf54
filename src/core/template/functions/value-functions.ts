import { plainNumber, type Plain } from '../../format/plain.ts';
import { argOf, bytesArg, plainBool, readAscii, wholeArg } from './call.ts';
import type { Call, TemplateFunction } from './call.ts';
import { isTrue } from './compare.ts';

const nothing: Plain = { kind: 'nil', name: 'what sprig_coalesce got' };

/** Functions that pick one value out of others. */
export const valueFunctions: Readonly<Record<string, TemplateFunction>> = {
  index: { min: 2, max: Infinity, run: index },
  len: { min: 1, max: 1, run: (call) => plainNumber(lengthOf(call)) },
  sprig_default: { min: 2, max: 2, run: (call) => argOf(call, isTrue(argOf(call, 1)) ? 1 : 0) },
  sprig_coalesce: { min: 1, max: Infinity, run: ({ args }) => args.find(isTrue) ?? nothing },
  sprig_empty: { min: 1, max: 1, run: (call) => plainBool(!isTrue(argOf(call, 0))) },
  sprig_ternary: { min: 3, max: 3, run: (call) => argOf(call, isTrue(argOf(call, 2)) ? 0 : 1) },
  sprig_hasKey: { min: 2, max: 2, run: (call) => plainBool(entriesArg(call).has(keyArg(call))) },
};

/** A name in a map that is not there has no value; a place in a list that is not there is an error. */
function index(call: Call): Plain {
  let at = argOf(call, 0);
  for (const [number] of call.args.slice(1).entries()) at = stepInto(call, at, number + 1);
  return at;
}

function stepInto(call: Call, holder: Plain, argument: number): Plain {
  if (holder.kind === 'nil') throw call.missing(holder.name);
  if (holder.kind === 'map') {
    if (argOf(call, argument).kind !== 'text') throw call.fault('takes a text as key of a map');
    const key = readAscii(bytesArg(call, argument));
    return holder.entries.get(key) ?? { kind: 'nil', name: 'the key that index names' };
  }
  if (holder.kind !== 'list') throw call.fault(`takes a map or a list, not a ${holder.kind}`);
  const item = holder.items[wholeArg(call, argument)];
  if (item === undefined) throw call.fault('names a place that its list does not have');
  return item;
}

function lengthOf(call: Call): number {
  const value = argOf(call, 0);
  switch (value.kind) {
    case 'map':
      return value.entries.size;
    case 'list':
      return value.items.length;
    case 'text':
      return value.bytes.length;
    case 'nil':
      throw call.missing(value.name);
    default:
      throw call.fault(`takes a text, a list or a map, not a ${value.kind}`);
  }
}

function entriesArg(call: Call): ReadonlyMap<string, Plain> {
  const holder = argOf(call, 0);
  if (holder.kind === 'nil') throw call.missing(holder.name);
  if (holder.kind !== 'map') throw call.fault('takes a map as argument 1');
  return holder.entries;
}

function keyArg(call: Call): string {
  return readAscii(bytesArg(call, 1));
}
