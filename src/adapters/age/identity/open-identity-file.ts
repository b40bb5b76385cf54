import { createError } from '#core/errors/mayfly-error.ts';
import { armorBegin } from '#core/age/armor-body.ts';
import { startsWithText } from '#core/age/bech32.ts';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { parseArmor } from '../format/armor.ts';
import { isProtectedKey, openSshPrivateKey } from '../format/ssh-key.ts';
import { isProtectedFile } from './identity-file.ts';

/** Asks a person for the passphrase of a file, named as messages name it. */
export type AskPassphrase = (file: string) => Promise<SecretBytes>;

const maxProtectedBytes = 128 * 1024;

/**
 * Opens an identity file for a person: one that `age -p` or ssh protected is opened by its passphrase, any other is
 * returned as it is. Throws `denied` for a passphrase that does not open the file.
 */
export async function openIdentityFile(
  file: KeyMaterial,
  askPassphrase: AskPassphrase,
): Promise<KeyMaterial> {
  const bytes = file.bytes.expose();
  const open = chooseOpener(bytes);
  if (open === null || bytes.length > maxProtectedBytes) return file;
  const passphrase = await askPassphrase(file.name);
  try {
    const opened = await open(Buffer.from(bytes), passphrase.expose());
    if (opened === null) throw createError('MAYFLY_AGE_PASSPHRASE_WRONG', { file: file.name });
    return { name: file.name, bytes: SecretBytes.take(opened) };
  } finally {
    passphrase.wipe();
  }
}

type Open = (file: Buffer, passphrase: Uint8Array) => Promise<Uint8Array | null>;

function chooseOpener(bytes: Uint8Array): Open | null {
  if (isProtectedFile(bytes)) return openAgeFile;
  return startsWithText(bytes, '-----BEGIN ') && isProtectedKey(bytes) ? openSshPrivateKey : null;
}

/** By the age library, which takes the passphrase as a string and bounds the cost of scrypt to 2^20. */
async function openAgeFile(file: Buffer, passphrase: Uint8Array): Promise<Uint8Array | null> {
  const { Decrypter } = await import('age-encryption');
  const isArmored = startsWithText(file, armorBegin);
  const binary = isArmored ? parseArmor(file.toString('latin1')) : file;
  const decrypter = new Decrypter();
  decrypter.addPassphrase(Buffer.from(passphrase).toString());
  try {
    return binary === null ? null : await decrypter.decrypt(binary);
  } catch {
    return null;
  }
}
