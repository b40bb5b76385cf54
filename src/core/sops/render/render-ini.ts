import { trimGoSpace } from '../text/go-space.ts';
import type { SourceEntry, SourceMap, SourceValue } from '#core/secret/source-tree.ts';
import { defaultSection } from '../text/parse-ini.ts';
import { indexOfAny } from '../text/ini-value.ts';
import {
  cannotRender,
  concatBytes,
  onlyDocument,
  plainText,
  rawBytes,
  type RenderTarget,
} from './render-target.ts';

/**
 * Writes INI as SOPS does by Go's ini.v1: equal signs aligned in a section, values quoted where they need it. Throws
 * `MAYFLY_SOPS_RENDER` for anything but sections of plain values.
 */
export function renderIni(documents: readonly SourceMap[], target: RenderTarget): Uint8Array {
  const sections = onlyDocument(documents, target)
    .entries.filter((entry) => entry.kind === 'entry')
    .map((entry) => readSection(entry, target))
    .filter((section, at) => at > 0 || !isDefault(section) || section.keys.length > 0);
  const parts = sections.flatMap((section, at) => {
    const isLast = at === sections.length - 1;
    const header = at === 0 && isDefault(section) ? '' : `[${section.name}]\n`;
    return [
      encode(renderComment(section.comment) + header),
      ...renderKeys(section),
      encode(isLast ? '' : '\n'),
    ];
  });
  return concatBytes(parts);
}

interface IniKey {
  readonly name: string;
  readonly value: SourceValue;
  comment: string;
}

interface IniSection {
  readonly name: string;
  readonly comment: string;
  readonly keys: readonly IniKey[];
}

function isDefault(section: IniSection): boolean {
  return section.name.toUpperCase() === defaultSection;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** In the tree a section's comment comes first in it, and a key's comment follows the key. */
function readSection(entry: SourceEntry, target: RenderTarget): IniSection {
  if (entry.value.kind !== 'map') throw cannotRender(target, entry.key);
  const keys: IniKey[] = [];
  let comment = '';
  for (const [at, child] of entry.value.entries.entries()) {
    if (child.kind === 'entry') {
      if (child.value.kind !== 'value') throw cannotRender(target, `${entry.key}.${child.key}`);
      keys.push({ name: child.key, value: child.value, comment: '' });
    } else if (at === 0) {
      comment = child.text;
    } else {
      const last = keys.at(-1);
      if (last !== undefined) last.comment = child.text;
    }
  }
  return { name: entry.key, comment, keys };
}

function renderComment(comment: string): string {
  if (comment === '') return '';
  const lines = comment.split('\n').map((line) => {
    const isMarked = indexOfAny(line, '#;') === 0;
    return isMarked ? `${line.charAt(0)} ${trimGoSpace(line.slice(1))}` : `; ${trimGoSpace(line)}`;
  });
  return `${lines.join('\n')}\n`;
}

function renderKeys(section: IniSection): readonly Uint8Array[] {
  const names = section.keys.map(({ name }) => quoteName(name));
  const width = Math.max(0, ...names.map((name) => encode(name).length));
  return section.keys.flatMap(({ value, comment }, at) => {
    const name = names[at] ?? '';
    const gap = ' '.repeat(width - encode(name).length);
    return [encode(`${renderComment(comment)}${name}${gap} = `), quoteValue(value), encode('\n')];
  });
}

function quoteName(name: string): string {
  if (indexOfAny(name, '"=:') !== -1) return `\`${name}\``;
  return name.includes('`') ? `"""${name}"""` : name;
}

function quoteValue(value: SourceValue): Uint8Array {
  if (value.type === 'bytes') return rawBytes(value, '');
  const text = plainText(value);
  if (indexOfAny(text, '\n`') !== -1) return encode(`"""${text}"""`);
  if (indexOfAny(text, '#;') !== -1) return encode(`\`${text}\``);
  return encode(trimGoSpace(text) === text ? text : `"${text}"`);
}
