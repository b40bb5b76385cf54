import type { SourceMap, SourceNode, SourceValue } from '#core/secret/source-tree.ts';
import { cannotRender, goNumberText, onlyDocument, type RenderTarget } from './render-target.ts';

/**
 * Writes JSON in the order of the tree, indented by tabs as SOPS does; comments are left out. Throws
 * `MAYFLY_SOPS_RENDER` for what JSON cannot say: bytes that are no text, infinities, more than one document.
 */
export function renderJson(documents: readonly SourceMap[], target: RenderTarget): Uint8Array {
  const text = renderNode(onlyDocument(documents, target), '\n', { target, key: '' });
  return new TextEncoder().encode(`${text}\n`);
}

interface At {
  readonly target: RenderTarget;
  readonly key: string;
}

function renderNode(node: SourceNode, newline: string, at: At): string {
  switch (node.kind) {
    case 'null':
      return 'null';
    case 'value':
      return renderValue(node, at);
    case 'list': {
      const items = node.items
        .filter((item) => item.kind !== 'comment')
        .map((item) => renderNode(item, `${newline}\t`, at));
      return enclose('[', items, { close: ']', newline });
    }
    case 'map': {
      const entries = node.entries
        .filter((entry) => entry.kind === 'entry')
        .map(({ key, value }) => {
          const inner = renderNode(value, `${newline}\t`, { target: at.target, key });
          return `${JSON.stringify(key)}: ${inner}`;
        });
      return enclose('{', entries, { close: '}', newline });
    }
  }
}

function enclose(
  open: string,
  parts: readonly string[],
  end: { readonly close: string; readonly newline: string },
): string {
  if (parts.length === 0) return `${open}${end.close}`;
  const inner = `${end.newline}\t`;
  return `${open}${inner}${parts.join(`,${inner}`)}${end.newline}${end.close}`;
}

function renderValue(value: SourceValue, at: At): string {
  switch (value.type) {
    case 'int':
    case 'bool':
      return value.text;
    case 'float': {
      const float = Number(goNumberText(value.text));
      if (!Number.isFinite(float)) throw cannotRender(at.target, at.key);
      return Object.is(float, -0) ? '-0' : String(float);
    }
    case 'bytes':
      throw cannotRender(at.target, at.key);
    case 'str':
    case 'time':
      return JSON.stringify(value.text);
  }
}
