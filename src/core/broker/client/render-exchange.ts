import { formatDuration } from '../../api/duration.ts';
import { createByteBuilder } from '../../format/byte-builder.ts';
import { refuseSize } from '../../format/refuse.ts';
import { encodeText } from '../../format/utf8.ts';
import { writeJson } from '../../format/write-json.ts';
import type { Plain } from '../../format/plain.ts';
import { SecretBytes } from '../../secret/secret-bytes.ts';
import type { Exchange } from './exchange.ts';

/** With the longest token and a hundred of the longest references. */
const maxRequestBytes = 262_144;

/**
 * The body of `POST /v1/exchange`, without making a string of the token. The caller wipes it. Throws
 * `MAYFLY_FORMAT_TOO_LARGE`.
 */
export function renderExchange({ token, policy, secrets, ttlMs }: Exchange): SecretBytes {
  const references = [...secrets].map(([name, reference]) => [name, textOf(reference)] as const);
  const entries: [string, Plain][] = [
    ['token', { kind: 'text', bytes: token.expose() }],
    ['policy', textOf(policy)],
    ['secrets', { kind: 'map', entries: new Map(references) }],
  ];
  if (ttlMs !== null) entries.push(['ttl', textOf(formatDuration(ttlMs))]);
  const out = createByteBuilder(maxRequestBytes, refuseSize);
  try {
    const style = { escapes: () => false, isSorted: false, indent: '' };
    writeJson(out, { kind: 'map', entries: new Map(entries) }, style);
    return SecretBytes.take(out.finish());
  } finally {
    out.wipe();
  }
}

function textOf(text: string): Plain {
  return { kind: 'text', bytes: encodeText(text) };
}
