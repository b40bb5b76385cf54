import type { SourceComment, SourceEntry, SourceMap } from '#core/secret/source-tree.ts';
import { duplicateKey, overLimit, syntaxError, textLimits, type SourceText } from './parse-text.ts';

/**
 * Reads dotenv as SOPS does, which knows no quotes: a line is a comment when `#` is its first character, else a
 * key up to the first `=` and a value, both raw; in values the two characters `\n` are a line break.
 *
 * Throws `MAYFLY_SOPS_SYNTAX` for a line without `=`, `MAYFLY_SOPS_DUPLICATE_KEY`, `MAYFLY_SOPS_LIMIT`.
 */
export function parseDotenv(source: SourceText): SourceMap {
  const entries: (SourceEntry | SourceComment)[] = [];
  const keys = new Set<string>();
  let offset = 0;
  for (const line of source.text.split('\n')) {
    if (line.startsWith('#')) {
      entries.push({ kind: 'comment', text: line.slice(1), inline: false });
    } else if (line !== '') {
      const entry = parseLine(line);
      if (entry === null) throw syntaxError(source, 'dotenv', offset);
      if (keys.has(entry.key)) throw duplicateKey(source, offset);
      keys.add(entry.key);
      entries.push(entry);
    }
    offset += line.length + 1;
    if (entries.length > textLimits.nodes) throw overLimit(source, 'values');
  }
  return { kind: 'map', entries };
}

function parseLine(line: string): SourceEntry | null {
  const equals = line.indexOf('=');
  if (equals === -1) return null;
  const text = line.slice(equals + 1).replaceAll('\\n', '\n');
  return { kind: 'entry', key: line.slice(0, equals), value: { kind: 'value', type: 'str', text } };
}
