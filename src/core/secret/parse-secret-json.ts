import { SecretBytes } from './secret-bytes.ts';
import { codeOf, unescapeJson } from './unescape-json.ts';
import type { SecretEntry, SecretMap, SecretNode } from './secret-tree.ts';

const mostDepth = 32;
const mostNodes = 20_000;

/**
 * Reads one JSON object without making a string of any value: texts become bytes, numbers and `true` and `false` keep
 * their spelling. Null for anything else, for keys that come twice, and for more than 32 levels or 20,000 values;
 * nothing of it is left then. The bytes read from are the caller's. See {@link https://www.rfc-editor.org/rfc/rfc8259}.
 */
export function parseSecretJson(bytes: Uint8Array): SecretMap | null {
  const reader = new SecretJsonReader(bytes);
  try {
    return reader.root();
  } catch (error) {
    reader.wipe();
    if (error instanceof NotJson) return null;
    throw error;
  }
}

class NotJson extends Error {}

const [quote, backslash, comma, colon] = [codeOf('"'), codeOf('\\'), codeOf(','), codeOf(':')];
const spaces = new Set([' ', '\t', '\n', '\r'].map(codeOf));
const bareEnds = new Set([...spaces, comma, codeOf(']'), codeOf('}')]);
const number = /^-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/u;
/** The longest number that stands for something. */
const longestBare = 400;

class SecretJsonReader {
  readonly #bytes: Uint8Array;
  readonly #made: SecretBytes[] = [];
  #at = 0;
  #nodes = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  wipe(): void {
    for (const secret of this.#made) secret.wipe();
  }

  root(): SecretMap {
    this.#skipSpace();
    const root = this.#node(1);
    this.#skipSpace();
    if (root.kind !== 'map' || this.#at !== this.#bytes.length) throw new NotJson();
    return root;
  }

  #node(depth: number): SecretNode {
    this.#nodes += 1;
    if (depth > mostDepth || this.#nodes > mostNodes) throw new NotJson();
    const first = this.#bytes[this.#at];
    if (first === codeOf('{')) return this.#map(depth);
    if (first === codeOf('[')) return this.#list(depth);
    if (first === quote) return { kind: 'value', type: 'str', bytes: this.#keep(this.#text()) };
    return this.#bare();
  }

  #map(depth: number): SecretMap {
    const entries: SecretEntry[] = [];
    const keys = new Set<string>();
    this.#members(codeOf('}'), () => {
      const key = new TextDecoder().decode(this.#text());
      if (keys.has(key)) throw new NotJson();
      keys.add(key);
      this.#skipSpace();
      this.#expect(colon);
      this.#skipSpace();
      entries.push({ kind: 'entry', key, value: this.#node(depth + 1) });
    });
    return { kind: 'map', entries };
  }

  #list(depth: number): SecretNode {
    const items: SecretNode[] = [];
    this.#members(codeOf(']'), () => items.push(this.#node(depth + 1)));
    return { kind: 'list', items };
  }

  /** What stands between the brackets, with commas between. */
  #members(close: number, read: () => void): void {
    this.#at += 1;
    this.#skipSpace();
    if (this.#bytes[this.#at] !== close) {
      read();
      this.#skipSpace();
      while (this.#bytes[this.#at] === comma) {
        this.#at += 1;
        this.#skipSpace();
        read();
        this.#skipSpace();
      }
    }
    this.#expect(close);
  }

  /** A word or a number. */
  #bare(): SecretNode {
    const start = this.#at;
    while (this.#at < this.#bytes.length && !bareEnds.has(this.#bytes[this.#at] ?? 0))
      this.#at += 1;
    const end = Math.min(this.#at, start + longestBare + 1);
    const bytes = Uint8Array.from(this.#bytes.subarray(start, end));
    const type = typeOf(new TextDecoder().decode(bytes));
    if (type === 'null') return { kind: 'null' };
    return { kind: 'value', type, bytes: this.#keep(bytes) };
  }

  #text(): Uint8Array {
    this.#expect(quote);
    const start = this.#at;
    while (this.#bytes[this.#at] !== quote) this.#skipCharacter();
    const raw = this.#bytes.subarray(start, this.#at);
    this.#at += 1;
    // A `slice` of a Buffer would still be the bytes of the caller.
    if (!raw.includes(backslash)) return Uint8Array.from(raw);
    const text = unescapeJson(raw);
    if (text === null) throw new NotJson();
    return text;
  }

  #skipCharacter(): void {
    const byte = this.#bytes[this.#at] ?? 0;
    if (byte < 0x20) throw new NotJson();
    this.#at += byte === backslash ? 2 : 1;
  }

  #keep(bytes: Uint8Array): SecretBytes {
    const secret = SecretBytes.take(bytes);
    this.#made.push(secret);
    return secret;
  }

  #expect(byte: number): void {
    if (this.#bytes[this.#at] !== byte) throw new NotJson();
    this.#at += 1;
  }

  #skipSpace(): void {
    while (spaces.has(this.#bytes[this.#at] ?? 0)) this.#at += 1;
  }
}

function typeOf(text: string): 'null' | 'bool' | 'int' | 'float' {
  if (text === 'null') return 'null';
  if (text === 'true' || text === 'false') return 'bool';
  const match = text.length > longestBare ? null : number.exec(text);
  if (match === null) throw new NotJson();
  return match[1] === undefined && match[2] === undefined ? 'int' : 'float';
}
