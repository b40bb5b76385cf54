import type { ByteBuilder } from './byte-builder.ts';
import type { Plain } from './plain.ts';
import { quoteText } from './quote-text.ts';
import { encodeText } from './utf8.ts';
import { orderedEntries, writeScalar, type DocumentStyle, type Misfit } from './write-json.ts';

/** Names that no reader of YAML takes for anything but text. */
const plainKey = /^[A-Za-z_][A-Za-z0-9_.-]*$/u;
const wordOfYaml = /^(?:true|false|yes|no|on|off|null|y|n)$/iu;

/**
 * Writes a value as YAML in block style, texts always in double quotes, so that every reader takes them for texts.
 * Null when it was written, else what YAML cannot hold.
 */
export function writeYaml(
  out: ByteBuilder,
  value: Plain,
  style: Omit<DocumentStyle, 'indent'>,
): Misfit | null {
  const place: Place = { out, style: { ...style, indent: '' }, path: [], margin: '' };
  return isFilled(value) ? writeBlock(place, value, true) : writeFlat(place, value);
}

interface Place {
  readonly out: ByteBuilder;
  readonly style: DocumentStyle;
  readonly path: readonly string[];
  /** Before each line of the block. */
  readonly margin: string;
}

type Block = Extract<Plain, { readonly kind: 'map' | 'list' }>;

function isFilled(value: Plain): value is Block {
  if (value.kind === 'map') return value.entries.size > 0;
  return value.kind === 'list' && value.items.length > 0;
}

/** The first line of a block may stand behind the dash of the list that holds it. */
function writeBlock(place: Place, block: Block, isBehindDash: boolean): Misfit | null {
  const parts =
    block.kind === 'map'
      ? orderedEntries(block, place.style.isSorted)
      : block.items.map((item, index) => [String(index), item] as const);
  for (const [index, [key, value]] of parts.entries()) {
    const at = { ...place, path: [...place.path, key] };
    if (index > 0 || !isBehindDash) place.out.addText(`\n${place.margin}`);
    const misfit = block.kind === 'map' ? writeEntry(at, key, value) : writeItem(at, value);
    if (misfit !== null) return misfit;
  }
  return null;
}

function writeEntry(place: Place, key: string, value: Plain): Misfit | null {
  const { out, margin } = place;
  if (plainKey.test(key) && !wordOfYaml.test(key)) out.addText(key);
  else quoteText(out, encodeText(key), place.style.escapes);
  out.addText(':');
  if (isFilled(value)) return writeBlock({ ...place, margin: `${margin}  ` }, value, false);
  out.addText(' ');
  return writeFlat(place, value);
}

function writeItem(place: Place, value: Plain): Misfit | null {
  place.out.addText('- ');
  if (!isFilled(value)) return writeFlat(place, value);
  return writeBlock({ ...place, margin: `${place.margin}  ` }, value, true);
}

function writeFlat(place: Place, value: Plain): Misfit | null {
  switch (value.kind) {
    case 'text':
    case 'number':
      return writeScalar(place, value);
    case 'bool':
      place.out.addText(String(value.value));
      return null;
    case 'nil':
      place.out.addText('null');
      return null;
    case 'map':
    case 'list':
      place.out.addText(value.kind === 'map' ? '{}' : '[]');
      return null;
  }
}
