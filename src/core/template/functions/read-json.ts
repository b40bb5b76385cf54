import type { Plain } from '../../format/plain.ts';
import { encodeText, isUtf8 } from '../../format/utf8.ts';
import { isJsonNumber } from '../../format/write-json.ts';
import { templateLimits } from '../template.ts';
import { type Call } from './call.ts';

const bytesOfValue = 64;

/**
 * Reads JSON ({@link https://www.rfc-editor.org/rfc/rfc8259}); numbers keep their text, the last of equal keys wins,
 * nothing at all is an empty map. What no writer could write again is refused here, because what it would name is a
 * key out of a value. The text becomes a string on the way, which cannot be wiped.
 */
export function readJson(call: Call, bytes: Uint8Array): Plain {
  if (bytes.length === 0) return { kind: 'map', entries: new Map() };
  if (!isUtf8(bytes)) throw call.fault('takes UTF-8 text');
  return toPlainJson(call, parse(call, new TextDecoder().decode(bytes)), 0);
}

/** Stands for a number: its text, which a double may not hold. */
class NumberText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function parse(call: Call, text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value,
    );
  } catch {
    throw call.fault('takes JSON');
  }
}

function toPlainJson(call: Call, value: unknown, depth: number): Plain {
  call.work.spend(bytesOfValue);
  if (typeof value === 'string') return call.work.keep(encodeText(value));
  if (typeof value === 'boolean') return { kind: 'bool', value };
  if (value instanceof NumberText) return toPlainNumber(call, value);
  if (typeof value !== 'object' || value === null) return { kind: 'nil', name: 'a null of JSON' };
  if (depth >= templateLimits.depth) {
    throw call.fault(`takes at most ${templateLimits.depth} levels`);
  }
  return toPlainGroup(call, value, depth + 1);
}

function toPlainNumber(call: Call, { text }: NumberText): Plain {
  const bytes = encodeText(text);
  if (!isJsonNumber(bytes)) throw call.fault('takes numbers of at most 400 characters');
  return { kind: 'number', bytes, isStored: false };
}

function toPlainGroup(call: Call, value: object, depth: number): Plain {
  if (Array.isArray(value)) {
    return { kind: 'list', items: value.map((item: unknown) => toPlainJson(call, item, depth)) };
  }
  const entries = Object.entries(value).map(
    ([key, item]: [string, unknown]) => [key, toPlainJson(call, item, depth)] as const,
  );
  return { kind: 'map', entries: new Map(entries) };
}
