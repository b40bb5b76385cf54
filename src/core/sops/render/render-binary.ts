import type { SourceMap } from '#core/secret/source-tree.ts';
import { cannotRender, onlyDocument, rawBytes, type RenderTarget } from './render-target.ts';

/** The content of a binary file: the text under `data`. Throws `MAYFLY_SOPS_RENDER` when there is none. */
export function renderBinary(documents: readonly SourceMap[], target: RenderTarget): Uint8Array {
  const found = onlyDocument(documents, target).entries.find(
    (entry) => entry.kind === 'entry' && entry.key === 'data',
  );
  const value = found?.kind === 'entry' ? found.value : null;
  if (value?.kind !== 'value' || (value.type !== 'str' && value.type !== 'bytes')) {
    throw cannotRender(target, 'data');
  }
  return rawBytes(value, value.text);
}
