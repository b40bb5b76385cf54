import type { Claims } from '../identity.ts';

const literal = /"(?:[^"\\]|\\.)*"/gu;
const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * One object of JSON as tokens and key sets hold it, every object in it without a prototype. Null for what is none, and for
 * what two readers could understand in two ways: a member that stands there twice, halves of characters, bytes that are
 * no UTF-8.
 */
export function parseStrictJson(bytes: Uint8Array): Claims | null {
  let members = 0;
  let isWhole = true;
  function revive(_: string, value: unknown): unknown {
    isWhole &&= typeof value !== 'string' || value.isWellFormed();
    if (!isObject(value)) return value;
    members += Object.keys(value).length;
    return { __proto__: null, ...value };
  }
  try {
    const source = text.decode(bytes);
    const value: unknown = JSON.parse(source, revive);
    return isWhole && isObject(value) && countColons(source) === members ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Each member has one outside of its texts: also one that `JSON.parse` dropped for a later one of the same name. */
function countColons(source: string): number {
  return source.replaceAll(literal, '').split(':').length - 1;
}
