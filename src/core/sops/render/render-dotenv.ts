import type { SourceMap, SourceValue } from '#core/secret/source-tree.ts';
import {
  cannotRender,
  concatBytes,
  onlyDocument,
  plainText,
  rawBytes,
  type RenderTarget,
} from './render-target.ts';

const newline = 0x0a;
const escapedNewline = new TextEncoder().encode('\\n');

/**
 * Writes dotenv byte for byte as SOPS does. Throws `MAYFLY_SOPS_RENDER` for maps, lists, nulls and more than one
 * document.
 */
export function renderDotenv(documents: readonly SourceMap[], target: RenderTarget): Uint8Array {
  const parts: Uint8Array[] = [];
  const encoder = new TextEncoder();
  for (const entry of onlyDocument(documents, target).entries) {
    if (entry.kind === 'comment') {
      parts.push(encoder.encode(`#${entry.text}\n`));
    } else {
      if (entry.value.kind !== 'value') throw cannotRender(target, entry.key);
      parts.push(encoder.encode(`${entry.key}=`), oneLine(entry.value), Uint8Array.of(newline));
    }
  }
  return concatBytes(parts);
}

function oneLine(value: SourceValue): Uint8Array {
  if (value.type !== 'bytes') return rawBytes(value, plainText(value).replaceAll('\n', '\\n'));
  const parts = Array.from(rawBytes(value, ''), (byte) =>
    byte === newline ? escapedNewline : Uint8Array.of(byte),
  );
  return concatBytes(parts);
}
