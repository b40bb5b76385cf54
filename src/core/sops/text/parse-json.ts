import type { SourceEntry, SourceMap, SourceNode, SourceValue } from '#core/secret/source-tree.ts';
import { canonicalDecimal, formatGoFloat } from '../scalar/go-number.ts';
import { duplicateKey, overLimit, syntaxError, textLimits, type SourceText } from './parse-text.ts';

/**
 * Reads a JSON object in document order, numbers by their text: what fits `int64` is an integer, the rest floats,
 * as sops from 3.13.2 on types them.
 *
 * Throws `MAYFLY_SOPS_SYNTAX` for anything but one object, also for text behind it; `MAYFLY_SOPS_DUPLICATE_KEY`;
 * `MAYFLY_SOPS_LIMIT`.
 */
export function parseJson(source: SourceText): SourceMap {
  const reader = new JsonReader(source);
  return reader.root();
}

const space = /[ \t\n\r]*/uy;
const string = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const number = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/uy;
const word = /true|false|null/uy;

class JsonReader {
  readonly #source: SourceText;
  #at = 0;
  #nodes = 0;

  constructor(source: SourceText) {
    this.#source = source;
  }

  root(): SourceMap {
    this.#skipSpace();
    if (this.#peek() !== '{') throw this.#fault();
    const root = this.#object(1);
    this.#skipSpace();
    if (this.#at !== this.#source.text.length) throw this.#fault();
    return root;
  }

  #fault(): Error {
    return syntaxError(this.#source, 'json', this.#at);
  }

  #peek(): string {
    return this.#source.text.charAt(this.#at);
  }

  #skipSpace(): void {
    this.#take(space);
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source.text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #node(depth: number): SourceNode {
    this.#nodes += 1;
    if (depth > textLimits.depth) throw overLimit(this.#source, 'levels');
    if (this.#nodes > textLimits.nodes) throw overLimit(this.#source, 'values');
    const first = this.#peek();
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') return { kind: 'value', type: 'str', text: this.#string() };
    return this.#word() ?? this.#number();
  }

  #object(depth: number): SourceMap {
    const entries: SourceEntry[] = [];
    const keys = new Set<string>();
    this.#members('}', () => {
      const start = this.#at;
      const key = this.#string();
      if (keys.has(key)) throw duplicateKey(this.#source, start);
      keys.add(key);
      this.#skipSpace();
      this.#expect(':');
      this.#skipSpace();
      entries.push({ kind: 'entry', key, value: this.#node(depth + 1) });
    });
    return { kind: 'map', entries };
  }

  #array(depth: number): SourceNode {
    const items: SourceNode[] = [];
    this.#members(']', () => {
      items.push(this.#node(depth + 1));
    });
    return { kind: 'list', items };
  }

  /** What stands between the brackets, with commas between. */
  #members(close: string, read: () => void): void {
    this.#at += 1;
    this.#skipSpace();
    if (this.#peek() !== close) {
      read();
      this.#skipSpace();
      while (this.#peek() === ',') {
        this.#at += 1;
        this.#skipSpace();
        read();
        this.#skipSpace();
      }
    }
    this.#expect(close);
  }

  #expect(character: string): void {
    if (this.#peek() !== character) throw this.#fault();
    this.#at += 1;
  }

  #string(): string {
    const match = this.#take(string);
    if (match === null) throw this.#fault();
    const literal = match[0];
    const body = literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
    return body.isWellFormed() ? body : body.toWellFormed();
  }

  #word(): SourceNode | null {
    const match = this.#take(word);
    if (match === null) return null;
    if (match[0] === 'null') return { kind: 'null' };
    return { kind: 'value', type: 'bool', text: match[0] };
  }

  #number(): SourceValue {
    const start = this.#at;
    const match = this.#take(number);
    if (match === null) throw this.#fault();
    const isWhole = match[1] === undefined && match[2] === undefined;
    const whole = isWhole ? canonicalDecimal(match[0]) : null;
    if (whole !== null) return { kind: 'value', type: 'int', text: whole };
    const float = Number(match[0]);
    if (!Number.isFinite(float)) throw syntaxError(this.#source, 'json', start);
    return { kind: 'value', type: 'float', text: formatGoFloat(float) };
  }
}
