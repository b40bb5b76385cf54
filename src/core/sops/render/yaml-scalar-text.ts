import type { SourceValue } from '#core/secret/source-tree.ts';
import { formatGoShortest } from '../scalar/go-number.ts';
import { resolveYamlScalar } from '../scalar/yaml-scalar.ts';
import { goNumberText } from './render-target.ts';

/** A scalar as YAML writes it: on one line, or as the lines of a literal block. */
export type ScalarText =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'literal'; readonly header: string; readonly lines: readonly string[] };

/** What YAML can show as it stands; everything else is escaped. */
const printable = /^[\t\n -~\u00a1-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/u;
const plainStart = /^[A-Za-z0-9_./+$^(;\u00a1-\uffff]$/u;
/** Words and numbers that older readers type in another way than text. */
const ambiguous = /^(?:y|yes|n|no|on|off|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)$/iu;

/** Writes a value so that every YAML reader takes it for the same value and type. */
export function renderYamlScalar(value: SourceValue): ScalarText {
  switch (value.type) {
    case 'str':
      return renderText(value.text);
    case 'float':
      return { kind: 'line', text: renderFloat(value.text) };
    case 'bytes':
      return { kind: 'line', text: `!!binary ${value.text}` };
    case 'int':
    case 'bool':
    case 'time':
      return { kind: 'line', text: value.text };
  }
}

/** Writes a text on one line; keys have no other form. */
export function renderYamlLine(text: string): string {
  return isPlain(text) ? text : quote(text);
}

function renderText(text: string): ScalarText {
  if (!isLiteral(text)) return { kind: 'line', text: renderYamlLine(text) };
  const isClipped = text.endsWith('\n');
  const body = isClipped ? text.slice(0, -1) : text;
  return { kind: 'literal', header: isClipped ? '|' : '|-', lines: body.split('\n') };
}

/** Blocks are for readable lines; what would need an indentation hint or keeps empty lines at its end is quoted. */
function isLiteral(text: string): boolean {
  if (!text.includes('\n') || !printable.test(text) || text.endsWith('\n\n')) return false;
  const first = text.charAt(0);
  return first !== '\n' && first !== ' ' && first !== '\t';
}

function isPlain(text: string): boolean {
  if (!isPlainLine(text) || ambiguous.test(text)) return false;
  const resolved = resolveYamlScalar(text);
  return resolved?.kind === 'value' && resolved.type === 'str';
}

const breaksPlain = ['\n', '\t', ': ', ' #'];

function isPlainLine(text: string): boolean {
  if (!plainStart.test(text.charAt(0)) || !printable.test(text)) return false;
  if (text.endsWith(':') || text.endsWith(' ') || text.startsWith('...')) return false;
  return !breaksPlain.some((mark) => text.includes(mark));
}

/** JSON's escapes are YAML's; what JSON leaves alone and YAML cannot show is escaped on top. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** A bare `-0` would be read as an integer, which has no negative zero. */
const specialFloats = new Map([
  ['-0', '-0.0'],
  ['NaN', '.nan'],
  ['+Inf', '.inf'],
  ['-Inf', '-.inf'],
]);

function renderFloat(text: string): string {
  return specialFloats.get(text) ?? formatGoShortest(Number(goNumberText(text)));
}
