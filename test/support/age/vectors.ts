import { readFile } from 'node:fs/promises';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import type { WrappedKey } from '#core/ports/data-key.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';

const folder = new URL('../../vectors/age-1.3.1/', import.meta.url);

/** A file that the real age 1.3.1, age-keygen or ssh-keygen wrote. */
export function readAgeVector(name: string): Promise<Buffer> {
  return readFile(new URL(name, folder));
}

/** The identity file of a vector. */
export async function ageKey(name: string): Promise<KeyMaterial> {
  return { name, bytes: SecretBytes.take(await readAgeVector(name)) };
}

/** An identity file of any text. */
export function keyOf(text: string, name = 'keys/age.txt'): KeyMaterial {
  return { name, bytes: SecretBytes.take(Buffer.from(text)) };
}

export function wrappedFor(wrapped: string, recipient = 'age1test'): WrappedKey {
  return { kind: 'age', recipient, wrapped };
}

/** What the `.age` vectors hold. */
export const agePayload = '0123456789abcdef0123456789ABCDEF';
export const agePassphrase = 'mayfly test';
