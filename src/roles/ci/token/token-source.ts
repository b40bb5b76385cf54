import { createError } from '#core/errors/mayfly-error.ts';
import { maxTokenBytes } from '#core/identity/token/max-token-bytes.ts';
import { copyLine } from '#core/secret/copy-line.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';

/** Where the identity token of a job comes from. */
export interface TokenSource {
  /** As messages name it. */
  readonly name: string;
  /**
   * A token for the broker, each time a new one where the system makes new ones. The caller wipes it. Throws
   * `MAYFLY_CI_TOKEN_NONE`, `MAYFLY_CI_TOKEN_SHAPE`, and what asking for it fails with.
   */
  fetch(signal: AbortSignal): Promise<SecretBytes>;
}

const dot = 0x2e;

/**
 * The token without the line break behind it. Throws `MAYFLY_CI_TOKEN_SHAPE` for what is no compact JWS
 * (RFC 7515): a wrong file or variable is not sent anywhere. Takes the bytes over.
 */
export function takeToken(source: string, bytes: SecretBytes): SecretBytes {
  const token = copyLine(bytes);
  bytes.wipe();
  if (isToken(token)) return token;
  token.wipe();
  throw createError('MAYFLY_CI_TOKEN_SHAPE', { source });
}

function isToken(token: SecretBytes): boolean {
  if (token.size > maxTokenBytes) return false;
  const bytes = token.expose();
  const dots = bytes.reduce((count, byte) => count + (byte === dot ? 1 : 0), 0);
  return dots === 2 && bytes.every((byte) => byte === dot || isBase64Url(byte));
}

function isBase64Url(byte: number): boolean {
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const letter = byte | 0x20;
  return isDigit || (letter >= 0x61 && letter <= 0x7a) || byte === 0x2d || byte === 0x5f;
}
