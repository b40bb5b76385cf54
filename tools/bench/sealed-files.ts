import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createAgeUnwrapper, createAgeWrapper } from '#adapters/age/index.ts';
import { createSopsDecryptor } from '#adapters/decryptor/sops/index.ts';
import { createSopsEncryptor } from '#adapters/encryptor/sops/index.ts';
import type { Encryptor } from '#core/ports/encryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { readCacheFolder } from '#test/support/parts/cache-folder.ts';
import { withLock } from '#test/support/parts/lock.ts';

export interface SealedFilesOptions {
  readonly count: number;
  /** How many encrypted values of 24 characters each file has, beside a data key of its own. */
  readonly values: number;
}

export interface SealedFiles {
  /** The age identity that opens them, as a file. */
  readonly identityFile: string;
  readonly recipient: string;
  /** Paths of as many files as were asked for, in the order of their numbers. */
  readonly files: readonly string[];
}

/** Raised when other files are made, so that those in the cache are not taken for them. */
const layout = 'sealed-1';

/**
 * Secret manifests encrypted by our own writer for one age recipient. They are made once and kept in the cache folder;
 * no benchmark counts the time this takes.
 */
export async function provideSealedFiles(
  { count, values }: SealedFilesOptions,
  say: (progress: string) => void,
): Promise<SealedFiles> {
  const folder = join(readCacheFolder(), 'bench', `${layout}-${values}`);
  return withLock(`${folder}.lock`, async () => {
    await mkdir(join(folder, 'files'), { recursive: true });
    const identityFile = join(folder, 'identity.txt');
    const recipient = await identityToRecipient(await provideIdentity(identityFile));
    const made = (await readdir(join(folder, 'files'))).filter((name) => name.endsWith('.yaml'));
    for (let index = made.length; index < count; index += 1) {
      if (index % 500 === 0) say(`making files, ${index} of ${count}`);
      const sealed = await sealManifest(renderManifest(index, values), recipient);
      await writeWhole(join(folder, 'files', nameOf(index)), sealed);
    }
    const names = Array.from({ length: count }, (_, index) => nameOf(index));
    return { identityFile, recipient, files: names.map((name) => join(folder, 'files', name)) };
  });
}

async function provideIdentity(file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known !== null) return known.trim();
  const identity = await generateX25519Identity();
  await writeFile(file, `${identity}\n`, { mode: 0o600 });
  return identity;
}

function nameOf(index: number): string {
  return `${secretName(index)}.yaml`;
}

/** The name of the Secret that a file makes. */
export function secretName(index: number): string {
  return `app-${String(index).padStart(5, '0')}`;
}

async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

/** A Secret manifest with fresh random values; its name tells its number. */
export function renderManifest(index: number, count: number): string {
  const values = Array.from(
    { length: count },
    (_, key) => `    KEY_${key}: ${randomBytes(18).toString('base64')}\n`,
  );
  return (
    'apiVersion: v1\nkind: Secret\nmetadata:\n' +
    `    name: ${secretName(index)}\nstringData:\n${values.join('')}`
  );
}

let encryptor: Encryptor | null = null;

/** Encrypts the values of a manifest, as `mayfly encrypt --encrypted-regex '^(data|stringData)$'` does. */
export async function sealManifest(text: string, recipient: string): Promise<Uint8Array> {
  encryptor ??= createEncryptor();
  return encryptor.encrypt(
    { path: 'manifest.yaml', bytes: SecretBytes.take(Buffer.from(text)) },
    {
      recipients: [recipient],
      rule: { kind: 'encrypted-regex', pattern: '^(data|stringData)$' },
    },
    new AbortController().signal,
  );
}

function createEncryptor(): Encryptor {
  const clock = createSystemClock();
  const unwrapper = createAgeUnwrapper();
  return createSopsEncryptor({
    wrapper: createAgeWrapper(),
    unwrapper,
    decryptor: createSopsDecryptor({ unwrappers: [unwrapper], clock }),
    clock,
    random: createSystemRandom(),
  });
}
