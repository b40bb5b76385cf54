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

/** A value, or the map of every key, by the name that the answer has. */
interface NamedNode {
  readonly name: string;
  readonly node: SecretNode;
}

/**
 * The answer to an exchange: JSON of the head, and `values` as texts: one value as it is, several as their JSON. The
 * names whose values are no text are in `base64`, and so are their values. Throws `MAYFLY_FORMAT_VALUE` for several
 * values of which one is no text, `MAYFLY_FORMAT_TOO_LARGE` over 1 MiB. The caller wipes the answer.
 */
export function renderAnswer(head: object, values: readonly NamedNode[]): SecretBytes {
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
    const whole = base64.length === 0 ? head : { ...head, base64 };
    const before = `${JSON.stringify(whole).slice(0, -1)},"values":`;
    return build((out) => {
      out.addText(before);
      write(out, '', { kind: 'map', entries });
      out.addText('}');
    });
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

/**
 * A token within a text before and behind, in quotes. What tokens of the broker are made of needs no escapes. The caller
 * wipes both.
 */
export function renderTokenWithin(before: string, token: SecretBytes, behind: string): SecretBytes {
  return build((out) => {
    out.addText(`${before}"`);
    out.addBytes(token.expose());
    out.addText(`"${behind}`);
  });
}

function renderText(name: string, node: SecretNode): SecretBytes {
  switch (node.kind) {
    case 'value':
      return node.bytes.copy();
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
