import { SecretBytes } from '../../secret/secret-bytes.ts';
import type { SecretMap, SecretNode } from '../../secret/secret-tree.ts';
import { createByteBuilder, type ByteBuilder } from '../../format/byte-builder.ts';
import { encodeBase64 } from '../../format/encode-base64.ts';
import { toPlain, toPlainMap, type Plain } from '../../format/plain.ts';
import { isLineSeparator } from '../../format/quote-text.ts';
import { maxRenderedBytes, refuseSize, refuseValue } from '../../format/refuse.ts';
import { encodeText, isUtf8 } from '../../format/utf8.ts';
import { writeJson } from '../../format/write-json.ts';

const style = { escapes: isLineSeparator, isSorted: false, indent: '' };

/** One JSON object with values in it, and what was no text. */
export interface RenderedValues {
  /** Wiped by the caller. */
  readonly bytes: SecretBytes;
  /** Names whose values are base64. */
  readonly base64: readonly string[];
}

/**
 * Values as a JSON object of texts: one value as its text, or as base64 where it is none, and several as their JSON.
 * Throws `MAYFLY_FORMAT_VALUE` for several of which one is no text, `MAYFLY_FORMAT_TOO_LARGE` over 1 MiB.
 */
export function renderValues(
  values: readonly { readonly name: string; readonly node: SecretNode }[],
): RenderedValues {
  const made: SecretBytes[] = [];
  const base64: string[] = [];
  try {
    const entries = new Map<string, Plain>();
    for (const { name, node } of values) {
      const text = renderText(name, node);
      made.push(text);
      const isText = isUtf8(text.expose());
      if (!isText) base64.push(name);
      const shown = isText ? text : SecretBytes.take(encodeBase64(text.expose(), 'standard'));
      made.push(shown);
      entries.set(name, { kind: 'text', bytes: shown.expose() });
    }
    return { bytes: build((out) => write(out, '', { kind: 'map', entries })), base64 };
  } finally {
    for (const secret of made) secret.wipe();
  }
}

/**
 * Fields as the JSON that they are, within a text before and behind. Throws `MAYFLY_FORMAT_VALUE` for a value that is no
 * text, `MAYFLY_FORMAT_TOO_LARGE` over 1 MiB. The caller wipes the answer.
 */
export function renderWithin(before: string, fields: SecretMap, behind: string): SecretBytes {
  return build((out) => {
    out.addText(before);
    write(out, '', toPlainMap(fields));
    out.addText(behind);
  });
}

function renderText(name: string, node: SecretNode): SecretBytes {
  switch (node.kind) {
    case 'value':
      return SecretBytes.copyOf(node.bytes.expose());
    case 'null':
      return SecretBytes.take(encodeText(''));
    default:
      return build((out) => write(out, name, toPlain(node, name)));
  }
}

function build(add: (out: ByteBuilder) => void): SecretBytes {
  const out = createByteBuilder(maxRenderedBytes, refuseSize);
  try {
    add(out);
    return SecretBytes.take(out.finish());
  } finally {
    out.wipe();
  }
}

function write(out: ByteBuilder, name: string, value: Plain): void {
  const misfit = writeJson(out, value, style);
  if (misfit === null) return;
  throw refuseValue('json', [name, ...misfit.path].filter(Boolean).join('.'), misfit.problem);
}
