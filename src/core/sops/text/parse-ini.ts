import { trimGoSpace, trimGoSpaceLeft } from './go-space.ts';
import type { SourceComment, SourceEntry, SourceMap } from '#core/secret/source-tree.ts';
import { IniLines, commentBehind, indexOfAny, readIniValue } from './ini-value.ts';
import { duplicateKey, overLimit, syntaxError, textLimits, type SourceText } from './parse-text.ts';

/** The section of keys that stand before any other. */
export const defaultSection = 'DEFAULT';

/**
 * Reads INI as SOPS does, by the rules of Go's ini.v1: a map of sections, each a map of texts. A comment in front of a
 * key follows it in the tree, a section's own comes first in it, as SOPS has them.
 *
 * Throws `MAYFLY_SOPS_SYNTAX`, `MAYFLY_SOPS_DUPLICATE_KEY` (sections too) and `MAYFLY_SOPS_LIMIT`.
 */
export function parseIni(source: SourceText): SourceMap {
  const sections = new Map<string, Section>();
  let section = openSection(sections, defaultSection, '');
  const lines = new IniLines(source.text.replace(/^\ufeff/u, ''));
  let count = 0;
  for (let line = lines.next(); line !== null; line = lines.next()) {
    const content = trimGoSpaceLeft(line);
    if (content.startsWith('[')) section = readSection({ source, lines, sections }, content);
    else if (indexOfAny(content, '#;') === 0) lines.addComment(`${content}\n`);
    else if (content !== '') readKey({ source, lines, sections }, section, content);
    count += 1;
    if (count > textLimits.nodes) throw overLimit(source, 'values');
  }
  return { kind: 'map', entries: [...sections].map(([key, { entries }]) => toEntry(key, entries)) };
}

type Entries = (SourceEntry | SourceComment)[];

interface Section {
  readonly entries: Entries;
  readonly keys: Set<string>;
}

interface Reading {
  readonly source: SourceText;
  readonly lines: IniLines;
  readonly sections: Map<string, Section>;
}

function toEntry(key: string, entries: Entries): SourceEntry {
  return { kind: 'entry', key, value: { kind: 'map', entries } };
}

function openSection(sections: Map<string, Section>, name: string, comment: string): Section {
  const section: Section = { entries: toComment(comment), keys: new Set() };
  sections.set(name, section);
  return section;
}

function readSection(reading: Reading, content: string): Section {
  const { source, lines, sections } = reading;
  const close = content.lastIndexOf(']');
  if (close === -1) throw syntaxError(source, 'ini', lines.offset);
  const name = content.slice(1, close);
  const known = sections.get(name);
  const isUnused = name === defaultSection && known?.entries.length === 0;
  if (name === '' || (known !== undefined && !isUnused)) throw duplicateKey(source, lines.offset);
  lines.addComment(commentBehind(content.slice(close + 1)));
  return openSection(sections, name, lines.takeComment());
}

function readKey(reading: Reading, section: Section, content: string): void {
  const { source, lines } = reading;
  const { offset } = lines;
  const name = readKeyName(content);
  const value = name === null ? null : readIniValue(lines, content.slice(name.end));
  if (name === null || value === null) throw syntaxError(source, 'ini', offset);
  if (section.keys.has(name.key)) throw duplicateKey(source, offset);
  section.keys.add(name.key);
  section.entries.push(
    { kind: 'entry', key: name.key, value: { kind: 'value', type: 'str', text: value } },
    ...toComment(lines.takeComment()),
  );
}

interface KeyName {
  readonly key: string;
  /** Where the value starts. */
  readonly end: number;
}

/** A key may be quoted by `"`, `"""` or a backtick; it ends at the first `=` or `:`. */
function readKeyName(line: string): KeyName | null {
  const quote = keyQuoteOf(line);
  if (quote === '') {
    const end = indexOfAny(line, '=:');
    return end <= 0 ? null : { key: trimGoSpace(line.slice(0, end)), end: end + 1 };
  }
  const close = line.indexOf(quote, quote.length);
  const delimiter = close === -1 ? -1 : indexOfAny(line.slice(close + quote.length), '=:');
  if (delimiter === -1) return null;
  const key = trimGoSpace(line.slice(quote.length, close));
  return { key, end: close + quote.length + delimiter + 1 };
}

function keyQuoteOf(line: string): string {
  if (line.length > 6 && line.startsWith('"""')) return '"""';
  return indexOfAny(line, '"`') === 0 ? line.charAt(0) : '';
}

function toComment(comment: string): SourceComment[] {
  if (comment === '') return [];
  const text = comment.replace(/^(?:;[; ]*|#[# ]*)/u, '');
  return [{ kind: 'comment', text, inline: false }];
}
