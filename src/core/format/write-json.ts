import type { ByteBuilder } from './byte-builder.ts';
import type { Plain, PlainList, PlainMap } from './plain.ts';
import { quoteText, type Escapes } from './quote-text.ts';
import { encodeText } from './utf8.ts';

/** How a document is written. */
export interface DocumentStyle {
  readonly escapes: Escapes;
  /** Sorts the keys of maps; otherwise they stay in their order. */
  readonly isSorted: boolean;
  /** Text that one level is indented by; the empty text writes everything on one line. */
  readonly indent: string;
}

/** A value that a document cannot hold. */
export interface Misfit {
  /** Keys from the top, without the value. */
  readonly path: readonly string[];
  readonly problem: string;
}

const jsonNumber = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/u;
const longestNumber = 400;

/** Whether the bytes are a number of JSON; infinities and the like are none. */
export function isJsonNumber(bytes: Uint8Array): boolean {
  return bytes.length <= longestNumber && jsonNumber.test(new TextDecoder().decode(bytes));
}

/** Writes a value as JSON; null when it was written, else what JSON cannot hold. */
export function writeJson(out: ByteBuilder, value: Plain, style: DocumentStyle): Misfit | null {
  return writeNode({ out, style, path: [] }, value);
}

interface Place {
  readonly out: ByteBuilder;
  readonly style: DocumentStyle;
  readonly path: readonly string[];
}

function writeNode(place: Place, value: Plain): Misfit | null {
  switch (value.kind) {
    case 'nil':
      place.out.addText('null');
      return null;
    case 'bool':
      place.out.addText(String(value.value));
      return null;
    case 'map':
      return writeMap(place, value);
    case 'list':
      return writeList(place, value);
    default:
      return writeScalar(place, value);
  }
}

/** Writes a text or a number; shared with YAML, whose quoted texts and numbers are those of JSON. */
export function writeScalar(
  { out, style, path }: Place,
  value: Extract<Plain, { readonly kind: 'text' | 'number' }>,
): Misfit | null {
  if (value.kind === 'text') {
    return quoteText(out, value.bytes, style.escapes)
      ? null
      : { path, problem: 'is no UTF-8 text; encode it with base64Encode, or write it raw' };
  }
  if (!isJsonNumber(value.bytes)) return { path, problem: 'is no finite number' };
  out.addBytes(value.bytes);
  return null;
}

/** The entries in the order of the style. */
export function orderedEntries(
  map: PlainMap,
  isSorted: boolean,
): readonly (readonly [string, Plain])[] {
  const entries = [...map.entries];
  return isSorted ? entries.toSorted(([a], [b]) => (a < b ? -1 : 1)) : entries;
}

function writeMap(place: Place, map: PlainMap): Misfit | null {
  const { out, style, path } = place;
  const entries = orderedEntries(map, style.isSorted);
  const colon = style.indent === '' ? ':' : ': ';
  const parts = entries.map(([key, value]) => (): Misfit | null => {
    quoteText(out, encodeText(key), style.escapes);
    out.addText(colon);
    return writeNode({ ...place, path: [...path, key] }, value);
  });
  return writeEnclosed(place, parts, '{}');
}

function writeList(place: Place, list: PlainList): Misfit | null {
  const parts = list.items.map(
    (item, index) => () => writeNode({ ...place, path: [...place.path, String(index)] }, item),
  );
  return writeEnclosed(place, parts, '[]');
}

function writeEnclosed(
  { out, style, path }: Place,
  parts: readonly (() => Misfit | null)[],
  marks: string,
): Misfit | null {
  const newline = style.indent === '' ? '' : `\n${style.indent.repeat(path.length)}`;
  out.addText(marks.slice(0, 1));
  for (const [index, write] of parts.entries()) {
    out.addText(`${index === 0 ? '' : ','}${newline}${style.indent}`);
    const misfit = write();
    if (misfit !== null) return misfit;
  }
  out.addText(`${parts.length === 0 ? '' : newline}${marks.slice(1)}`);
  return null;
}
