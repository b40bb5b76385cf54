import { isRecord } from '../../text/read-field.ts';
import type { Claims } from '../identity.ts';

const literal = /"(?:[^"\\]|\\.)*"/gu;
const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * One object of JSON as tokens and key sets hold it, every object in it without a prototype. Null for what is none, and for
 * what two readers could understand in two ways: a member that stands there twice, halves of characters, bytes that are
 * no UTF-8.
 */
export function parseStrictJson(bytes: Uint8Array): Claims | null {
  try {
    const source = text.decode(bytes);
    const found = { members: 0, isWhole: true };
    const value = adopt(JSON.parse(source), found);
    const isStrict = found.isWhole && countColons(source) === found.members;
    return isStrict && isRecord(value) ? value : null;
  } catch {
    // No JSON, or nested deeper than the stack is.
    return null;
  }
}

/** A copy without prototypes; counts its members on the way. */
function adopt(value: unknown, found: { members: number; isWhole: boolean }): unknown {
  if (typeof value === 'string') found.isWhole &&= value.isWellFormed();
  if (Array.isArray(value)) return value.map((each) => adopt(each, found));
  if (!isRecord(value)) return value;
  const copy: Record<string, unknown> = { __proto__: null };
  for (const name of Object.keys(value)) {
    found.members += 1;
    copy[name] = adopt(value[name], found);
  }
  return copy;
}

/** Each member has one outside of its texts: also one that `JSON.parse` dropped for a later one of the same name. */
function countColons(source: string): number {
  return source.replaceAll(literal, '').split(':').length - 1;
}
