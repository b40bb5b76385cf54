import type { Plain } from '../../format/plain.ts';
import { encodeText, isUtf8 } from '../../format/utf8.ts';
import { templateLimits } from '../template.ts';
import { type Call } from './call.ts';

const bytesOfValue = 64;

/**
 * Reads JSON ({@link https://www.rfc-editor.org/rfc/rfc8259}); numbers keep their text, the last of equal keys wins,
 * nothing at all is an empty map. The text becomes a string on the way, which cannot be wiped.
 */
export function readJson(call: Call, bytes: Uint8Array): Plain {
  if (bytes.length === 0) return { kind: 'map', entries: new Map() };
  if (!isUtf8(bytes)) throw call.fault('takes UTF-8 text');
  const sizes = measureJson(bytes);
  if (sizes.depth > templateLimits.depth) {
    throw call.fault(`takes at most ${templateLimits.depth} levels`);
  }
  call.work.spend(bytes.length + sizes.values * bytesOfValue);
  return toPlainJson(call, parse(call, new TextDecoder().decode(bytes)));
}

/** How deep the document is and how many values it has at most, without reading it. */
function measureJson(bytes: Uint8Array): { readonly depth: number; readonly values: number } {
  let [depth, deepest, values, isText] = [0, 0, 1, false];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x22) isText = !isText;
    else if (isText) at += byte === 0x5c ? 1 : 0;
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) depth -= 1;
    else if (byte === 0x2c || byte === 0x3a) values += 1;
    deepest = Math.max(deepest, depth);
  }
  return { depth: deepest, values };
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

function toPlainJson(call: Call, value: unknown): Plain {
  if (typeof value === 'string') return call.work.keep(encodeText(value));
  if (typeof value === 'boolean') return { kind: 'bool', value };
  if (value instanceof NumberText) {
    return { kind: 'number', bytes: encodeText(value.text), isStored: false };
  }
  if (Array.isArray(value)) {
    return { kind: 'list', items: value.map((item: unknown) => toPlainJson(call, item)) };
  }
  if (typeof value !== 'object' || value === null) return { kind: 'nil', name: 'a null of JSON' };
  const entries = Object.entries(value).map(
    ([key, item]: [string, unknown]) => [key, toPlainJson(call, item)] as const,
  );
  return { kind: 'map', entries: new Map(entries) };
}
