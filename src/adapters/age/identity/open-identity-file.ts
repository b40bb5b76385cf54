import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import {
  isHeaderAuthentic,
  openPayload,
  openSealed,
  parseAgeFile,
  type AgeFile,
} from '../format/age-file.ts';
import { isArmored, parseArmor, parseRawBase64 } from '../format/armor.ts';
import { isProtectedFile } from './identity-file.ts';
import { isProtectedKey, openSshPrivateKey } from '../format/ssh-key.ts';

/** Asks a person for the passphrase of a file, named as messages name it. */
export type AskPassphrase = (file: string) => Promise<SecretBytes>;

const maxProtectedBytes = 128 * 1024;
const maxWorkFactor = 20;
const label = Buffer.from('age-encryption.org/v1/scrypt');

/**
 * Opens an identity file for a person: one that `age -p` or ssh protected is opened by its passphrase, any other
 * is returned as it is. Throws `denied` for a wrong passphrase and `invalid` for a file that is neither.
 */
export async function openIdentityFile(
  file: KeyMaterial,
  askPassphrase: AskPassphrase,
): Promise<KeyMaterial> {
  const bytes = file.bytes.expose();
  const isAge = isProtectedFile(bytes);
  if (bytes.length > maxProtectedBytes || !(isAge || isProtectedPem(bytes))) return file;
  const ageFile = isAge ? parseProtected(file) : null;
  const passphrase = await askPassphrase(file.name);
  try {
    const opened = ageFile
      ? await openWithPassphrase(ageFile, passphrase)
      : await openSshPrivateKey(bytes, passphrase.expose());
    if (opened === null) throw createError('MAYFLY_AGE_PASSPHRASE_WRONG', { file: file.name });
    return { name: file.name, bytes: SecretBytes.take(opened) };
  } finally {
    passphrase.wipe();
  }
}

function isProtectedPem(bytes: Uint8Array): boolean {
  return (
    Buffer.from(bytes.subarray(0, 11)).equals(Buffer.from('-----BEGIN ')) && isProtectedKey(bytes)
  );
}

/** An age file whose one stanza is a passphrase of a bounded cost. */
interface ProtectedFile {
  readonly file: AgeFile;
  readonly salt: Buffer;
  readonly workFactor: number;
  readonly body: Buffer;
}

function parseProtected(key: KeyMaterial): ProtectedFile {
  const bytes = Buffer.from(key.bytes.expose());
  const text = bytes.toString('latin1');
  const binary = isArmored(text) ? parseArmor(text) : bytes;
  const file = binary && parseAgeFile(binary);
  const protectedFile = file && parsePassphraseStanza(file);
  if (!protectedFile) {
    throw createError('MAYFLY_AGE_IDENTITY_INVALID', { file: key.name, line: 1 });
  }
  return protectedFile;
}

function parsePassphraseStanza(file: AgeFile): ProtectedFile | null {
  const [stanza, ...others] = file.stanzas;
  if (stanza === undefined || others.length > 0) return null;
  const opening = [stanza.type, ...stanza.args].join(' ');
  const args = /^scrypt (\S{22}) ([1-9][0-9]?)$/u.exec(opening);
  if (args === null || stanza.body.length !== 32) return null;
  const salt = parseRawBase64(String(args[1]));
  const workFactor = Number(args[2]);
  const isUsable = salt !== null && workFactor <= maxWorkFactor;
  return isUsable ? { file, salt, workFactor, body: stanza.body } : null;
}

const deriveScrypt = promisify<Uint8Array, Uint8Array, number, object, Buffer>(scrypt);

async function openWithPassphrase(
  { file, salt, workFactor, body }: ProtectedFile,
  passphrase: SecretBytes,
): Promise<Buffer | null> {
  const cost = { N: 2 ** workFactor, r: 8, p: 1, maxmem: 2 ** (workFactor + 11) };
  const key = await deriveScrypt(passphrase.expose(), Buffer.concat([label, salt]), 32, cost);
  const fileKey = openSealed(body, key);
  if (fileKey === null) return null;
  const payload = isHeaderAuthentic(file, fileKey) ? openPayload(file, fileKey) : null;
  fileKey.fill(0);
  return payload;
}
