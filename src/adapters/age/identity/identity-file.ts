import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { isPrefixed, parseBech32 } from '../format/bech32.ts';
import { createHybridIdentity } from './hybrid-identity.ts';
import { createX25519Identity, type AgeIdentity } from './stanza-identity.ts';
import { parseSshIdentity } from './ssh-identity.ts';
import { createX25519Key } from '../format/x25519.ts';

const maxFileBytes = 64 * 1024;
const maxIdentities = 64;
const protectedFileStarts = ['age-encryption.org/', '-----BEGIN AGE ENCRYPTED FILE-----'];

/**
 * Reads an identity file: one identity a line, comments, blank lines, and private keys of ssh as PEM blocks.
 * Throws `invalid` with the number of the first line that is none of these, never its content.
 */
export async function parseIdentityFile(file: KeyMaterial): Promise<readonly AgeIdentity[]> {
  const bytes = file.bytes.expose();
  if (bytes.length > maxFileBytes) throw overLimit(file, `${maxFileBytes} bytes`);
  const identities: AgeIdentity[] = [];
  for (const block of splitBlocks(bytes)) {
    if (identities.length === maxIdentities) throw overLimit(file, `${maxIdentities} identities`);
    identities.push(await parseBlock(file, block));
  }
  if (identities.length === 0) throw createError('MAYFLY_AGE_IDENTITY_NONE', { file: file.name });
  return identities;
}

/** Whether the whole file is an age file itself, as `age -p` makes one of an identity file. */
export function isProtectedFile(bytes: Uint8Array): boolean {
  return protectedFileStarts.some((start) => isPrefixed(bytes, start));
}

/** One identity as it stands in the file: a line, or a PEM block of several. */
interface Block {
  /** Counted from 1. */
  readonly line: number;
  readonly bytes: Buffer;
}

function* splitBlocks(bytes: Uint8Array): Generator<Block> {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  for (let line = 1; start < whole.length;) {
    const length = blockLength(whole.subarray(start));
    const block = trimBytes(whole.subarray(start, start + length));
    if (block.length > 0 && !isPrefixed(block, '#')) yield { line, bytes: block };
    line += countLines(whole.subarray(start, start + length));
    start += length;
  }
}

/** How far the line, or the PEM block that starts here, reaches. */
function blockLength(rest: Buffer): number {
  const isPem = isPrefixed(rest, '-----BEGIN ');
  const last = isPem ? Math.max(0, rest.indexOf('\n-----END ') + 1) : 0;
  const lineEnd = rest.indexOf('\n', last);
  return lineEnd === -1 ? rest.length : lineEnd + 1;
}

function countLines(bytes: Buffer): number {
  return bytes.reduce((count, byte) => (byte === 0x0a ? count + 1 : count), 0);
}

function trimBytes(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => !isBlank(byte));
  return start === -1
    ? bytes.subarray(0, 0)
    : bytes.subarray(start, bytes.findLastIndex((byte) => !isBlank(byte)) + 1);
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

async function parseBlock(file: KeyMaterial, block: Block): Promise<AgeIdentity> {
  const place = { file: file.name, line: block.line };
  if (isProtectedFile(block.bytes)) throw createError('MAYFLY_AGE_IDENTITY_PROTECTED', place);
  if (isPrefixed(block.bytes, 'AGE-PLUGIN-'))
    throw createError('MAYFLY_AGE_IDENTITY_PLUGIN', place);
  const identity = isPrefixed(block.bytes, '-----BEGIN ')
    ? await parseSshIdentity(block.bytes)
    : parseNative(block.bytes);
  if (identity === 'protected') throw createError('MAYFLY_AGE_IDENTITY_PROTECTED', place);
  if (identity === 'invalid') throw createError('MAYFLY_AGE_IDENTITY_INVALID', place);
  return identity;
}

function parseNative(line: Buffer): AgeIdentity | 'invalid' {
  const classic = parseBech32(line, 'AGE-SECRET-KEY-');
  const hybrid = classic === null ? parseBech32(line, 'AGE-SECRET-KEY-PQ-') : null;
  try {
    if (classic?.length === 32) return createX25519Identity(createX25519Key(classic));
    return hybrid?.length === 32 ? createHybridIdentity(SecretBytes.copyOf(line)) : 'invalid';
  } finally {
    classic?.fill(0);
    hybrid?.fill(0);
  }
}

function overLimit(file: KeyMaterial, limit: string): MayflyError {
  return createError('MAYFLY_AGE_IDENTITY_LIMIT', { file: file.name, limit });
}
