import { identityToRecipient } from 'age-encryption';
import { createAgeUnwrapper, createAgeWrapper } from '#adapters/age/index.ts';
import { createSopsDecryptor } from '#adapters/decryptor/sops/index.ts';
import { createSopsEncryptor } from '#adapters/encryptor/sops/index.ts';
import type { FileFormat, KeyMaterial } from '#core/ports/decryptor.ts';
import type { EncryptOptions, Encryptor } from '#core/ports/encryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { renderDecrypted } from '#core/sops/render/render-file.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { ageKey, readAgeVector } from '#test/support/age/vectors.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';

export interface Encrypting {
  readonly encryptor: Encryptor;
  readonly clock: FakeClock;
  readonly keys: readonly KeyMaterial[];
  readonly recipient: string;
  /** Encrypts a text for the key of the vectors, unless told otherwise. */
  encrypt(
    path: string,
    text: string | Buffer,
    options?: Partial<EncryptOptions> & { readonly format?: FileFormat },
  ): Promise<string>;
  decrypt(path: string, text: string, format?: FileFormat): Promise<Buffer>;
}

const { signal } = new AbortController();

/** An encryptor and a decryptor over the X25519 key of the vectors, at a fixed time. */
export async function createEncrypting(): Promise<Encrypting> {
  const clock = createFakeClock(Date.UTC(2026, 10, 22, 18, 0, 0, 123));
  const unwrapper = createAgeUnwrapper();
  const decryptor = createSopsDecryptor({ unwrappers: [unwrapper], clock });
  const random = createSystemRandom();
  const wrapper = createAgeWrapper();
  const encryptor = createSopsEncryptor({ wrapper, unwrapper, decryptor, clock, random });
  const keys = [await ageKey('x25519.txt')];
  const recipient = await vectorRecipient('x25519.txt');
  return {
    encryptor,
    clock,
    keys,
    recipient,
    async encrypt(path, text, { format, ...options } = {}) {
      const bytes = SecretBytes.take(Buffer.from(text));
      const file = { path, bytes, ...(format && { format }) };
      const asked = { recipients: [recipient], ...options };
      return Buffer.from(await encryptor.encrypt(file, asked, signal)).toString();
    },
    async decrypt(path, text, format) {
      const file = { path, bytes: Buffer.from(text), ...(format && { format }) };
      const opened = await decryptor.decrypt(file, keys, signal);
      if (opened === null) throw new Error('not encrypted');
      return Buffer.from(renderDecrypted(opened, { path, format: opened.format }));
    },
  };
}

/** The recipient that belongs to an identity file of the vectors. */
export async function vectorRecipient(name: string): Promise<string> {
  const lines = (await readAgeVector(name)).toString().trim().split('\n');
  return identityToRecipient(lines.at(-1) ?? '');
}
