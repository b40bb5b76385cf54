import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import type { Claims } from '../identity.ts';
import { maxTokenBytes } from './max-token-bytes.ts';
import { parseStrictJson } from './parse-strict-json.ts';

/** A token whose shape was checked and whose signature was not: nothing in it is true yet. */
export interface ParsedToken {
  readonly algorithm: string;
  /** Null for a token that names no key. */
  readonly keyId: string | null;
  readonly claims: Claims;
  /** `header.payload`: what is signed. */
  readonly signed: string;
}

const compact = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/u;

/**
 * Reads a JWT in the compact serialisation ({@link https://www.rfc-editor.org/rfc/rfc7515#section-7.1}), strictly: of
 * each token there is exactly one text that is accepted, but for the second form that an ECDSA signature has. Throws
 * `MAYFLY_TOKEN_MALFORMED`, with nothing of the token in it.
 */
export function parseToken(token: Uint8Array): ParsedToken {
  if (token.length > maxTokenBytes) throw malformed(`is longer than ${maxTokenBytes} bytes`);
  const text = new TextDecoder('latin1').decode(token);
  const parts = compact.exec(text)?.slice(1).map(decodePart) ?? [];
  if (parts.length === 0) throw malformed('is not three parts of base64url with dots between');
  const [header, claims] = parts.slice(0, 2).map((part) => parseStrictJson(toBytes(part)));
  if (!header) throw malformed('has a header that is no JSON object of distinct members');
  if (!claims) throw malformed('has a payload that is no JSON object of distinct members');
  return { ...readHeader(header), claims, signed: text.slice(0, text.lastIndexOf('.')) };
}

/** Header parameters that choose a key or change what is signed: RFC 7515 section 4.1, RFC 7797. */
const forbidden = ['crit', 'jku', 'jwk', 'x5u', 'x5c', 'b64'] as const;
const shapes = {
  alg: /^[A-Za-z0-9-]{1,32}$/u,
  kid: /^[!-~]{1,256}$/u,
  typ: /^jwt$/iu,
} as const;

function readHeader(header: Claims): Pick<ParsedToken, 'algorithm' | 'keyId'> {
  const named = forbidden.find((name) => name in header);
  if (named !== undefined) throw malformed(`has the header parameter ${named}`);
  const algorithm = readParameter(header, 'alg');
  if (algorithm === null) throw malformed('names no algorithm');
  readParameter(header, 'typ');
  return { algorithm, keyId: readParameter(header, 'kid') };
}

function readParameter(header: Claims, name: keyof typeof shapes): string | null {
  const { [name]: value } = header;
  if (value === undefined) return null;
  if (typeof value === 'string' && shapes[name].test(value)) return value;
  throw malformed(`has a header parameter ${name} that is not taken`);
}

/** Several texts decode to the same bytes; only the one that these encode to is taken. A character is a byte. */
function decodePart(part: string): string {
  const standard = part.replaceAll('-', '+').replaceAll('_', '/');
  const binary = part.length % 4 === 1 ? '' : atob(standard);
  if (btoa(binary).replaceAll('=', '') === standard) return binary;
  throw malformed('is not base64url in its one form');
}

/** `Uint8Array.from` takes a hundred times as long, and anybody may send tokens. */
function toBytes(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** A claim or a part that is not as RFC 7519 and this broker want it. */
export function malformed(problem: string): MayflyError {
  return createError('MAYFLY_TOKEN_MALFORMED', { problem });
}
