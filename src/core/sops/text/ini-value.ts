import { trimGoSpace, trimGoSpaceLeft, trimGoSpaceRight } from './go-space.ts';
/** The lines of an INI text, with the comments gathered since the last key or section. */
export class IniLines {
  readonly #text: string;
  #at = 0;
  #comment = '';
  /** Where the line last read starts. */
  offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next line without its break; null after the last. */
  next(): string | null {
    if (this.#at >= this.#text.length) return null;
    this.offset = this.#at;
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end + 1;
    return this.#text.slice(this.offset, end === -1 ? undefined : end);
  }

  addComment(text: string): void {
    this.#comment += text;
  }

  takeComment(): string {
    const comment = trimGoSpace(this.#comment);
    this.#comment = '';
    return comment;
  }
}

/**
 * Reads a value from what follows the delimiter, and from further lines where a quote or a backslash asks for them.
 * Null when a quote is never closed.
 */
export function readIniValue(lines: IniLines, rest: string): string | null {
  const line = trimGoSpaceLeft(rest);
  const quote = quoteOf(line);
  if (quote !== '') return readQuoted(lines, line.slice(quote.length), quote);
  const value = trimGoSpaceRight(line);
  if (value.endsWith('\\')) return readContinued(lines, value.slice(0, -1));
  const hash = indexOfAny(value, '#;');
  if (hash === -1) return unquote(value);
  lines.addComment(value.slice(hash));
  return unquote(trimGoSpace(value.slice(0, hash)));
}

function quoteOf(line: string): string {
  if (line.length > 3 && line.startsWith('"""')) return '"""';
  return line.startsWith('`') ? '`' : '';
}

/** Where the first of some characters stands in a text, or -1. */
export function indexOfAny(text: string, characters: string): number {
  for (let at = 0; at < text.length; at += 1) {
    if (characters.includes(text.charAt(at))) return at;
  }
  return -1;
}

/** What a line holds from the first comment sign on. */
export function commentBehind(line: string): string {
  const at = indexOfAny(line, '#;');
  return at === -1 ? '' : line.slice(at);
}

function readQuoted(lines: IniLines, first: string, quote: string): string | null {
  const end = first.lastIndexOf(quote);
  if (end !== -1) return first.slice(0, end);
  let value = `${first}\n`;
  for (let line = lines.next(); line !== null; line = lines.next()) {
    const close = line.lastIndexOf(quote);
    if (close !== -1 && !trimGoSpace(line.slice(close + quote.length)).endsWith('\\')) {
      lines.addComment(trimGoSpace(commentBehind(line.slice(close))));
      return value + line.slice(0, close);
    }
    value += `${line}\n`;
  }
  return null;
}

function readContinued(lines: IniLines, first: string): string {
  let value = first;
  for (let line = lines.next(); line !== null; line = lines.next()) {
    const part = trimGoSpace(line);
    if (part === '' || !part.endsWith('\\')) return value + part;
    value += part.slice(0, -1);
  }
  return value;
}

/** One pair of quotes around the whole value goes, unless the value holds the same quote inside. */
function unquote(value: string): string {
  const match = /^(?:'([^']*)'|"([^"]*)")$/u.exec(value);
  return match === null ? value : (match[1] ?? match[2] ?? '');
}
