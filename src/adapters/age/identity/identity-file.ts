import { armorBegin } from '#core/age/armor-body.ts';
import { parseBech32, startsWithText } from '#core/age/bech32.ts';
import { splitIdentityBlocks, type IdentityBlock } from '#core/age/identity-blocks.ts';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createHybridIdentity } from './hybrid-identity.ts';
import { createX25519Identity, type AgeIdentity } from './stanza-identity.ts';
import { parseSshIdentity } from './ssh-identity.ts';
import { createX25519Key } from '../format/x25519.ts';

const maxFileBytes = 64 * 1024;
const maxIdentities = 64;
const protectedFileStarts = ['age-encryption.org/', armorBegin];

/**
 * Reads an identity file: one identity a line, comments, blank lines, and private keys of ssh as PEM blocks.
 * Throws `invalid` with the number of the first line that is none of these, never its content.
 */
export async function parseIdentityFile(file: KeyMaterial): Promise<readonly AgeIdentity[]> {
  const bytes = file.bytes.expose();
  if (bytes.length > maxFileBytes) throw overLimit(file, `${maxFileBytes} bytes`);
  const identities: AgeIdentity[] = [];
  for (const block of splitIdentityBlocks(bytes)) {
    if (identities.length === maxIdentities) throw overLimit(file, `${maxIdentities} identities`);
    identities.push(await parseBlock(file, block));
  }
  if (identities.length === 0) throw createError('MAYFLY_AGE_IDENTITY_NONE', { file: file.name });
  return identities;
}

/** Whether the whole file is an age file itself, as `age -p` makes one of an identity file. */
export function isProtectedFile(bytes: Uint8Array): boolean {
  return protectedFileStarts.some((start) => startsWithText(bytes, start));
}

async function parseBlock(file: KeyMaterial, block: IdentityBlock): Promise<AgeIdentity> {
  const place = { file: file.name, line: block.line };
  if (isProtectedFile(block.bytes)) throw createError('MAYFLY_AGE_IDENTITY_PROTECTED', place);
  if (startsWithText(block.bytes, 'AGE-PLUGIN-'))
    throw createError('MAYFLY_AGE_IDENTITY_PLUGIN', place);
  const identity = startsWithText(block.bytes, '-----BEGIN ')
    ? await parseSshIdentity(Buffer.from(block.bytes))
    : parseNative(block.bytes);
  if (identity === 'protected') throw createError('MAYFLY_AGE_IDENTITY_PROTECTED', place);
  if (identity === 'invalid') throw createError('MAYFLY_AGE_IDENTITY_INVALID', place);
  return identity;
}

function parseNative(line: Uint8Array): AgeIdentity | 'invalid' {
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
