/**
 * `our-pass.ts FOLDER`: decrypts every file of a folder with Mayfly's decryptor and prints how long it took, as the
 * program of the peer in `test/parts/sops/bench` does. The age identity is given as for sops: SOPS_AGE_KEY_FILE.
 *
 * A first pass warms the code; the cold pass begins with an empty data-key cache, the warm pass with a full one.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAgeUnwrapper } from '#adapters/age/index.ts';
import { createSopsDecryptor } from '#adapters/decryptor/sops/index.ts';
import type { Decryptor, EncryptedFile, KeyMaterial } from '#core/ports/decryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';

const [folder = ''] = process.argv.slice(2);
const identity = await readFile(process.env['SOPS_AGE_KEY_FILE'] ?? '');
const keys: readonly KeyMaterial[] = [{ name: 'bench/age', bytes: SecretBytes.take(identity) }];
const files = await readFolder(folder);

await timePass(createDecryptor());
const decryptor = createDecryptor();
const coldSeconds = await timePass(decryptor);
const warmSeconds = await timePass(decryptor);
console.log(JSON.stringify({ files: files.length, coldSeconds, warmSeconds }));

async function readFolder(path: string): Promise<readonly EncryptedFile[]> {
  const names = await readdir(path);
  return Promise.all(
    names.map(async (name) => ({ path: name, bytes: await readFile(join(path, name)) })),
  );
}

function createDecryptor(): Decryptor {
  return createSopsDecryptor({ unwrappers: [createAgeUnwrapper()], clock: createSystemClock() });
}

async function timePass(decryptorUsed: Decryptor): Promise<number> {
  const { signal } = new AbortController();
  const started = performance.now();
  for (const file of files) {
    // It resolves only after the MAC has been compared.
    const opened = await decryptorUsed.decrypt(file, keys, signal);
    if (opened === null) throw new Error(`${file.path} is not encrypted`);
    opened.wipe();
  }
  return (performance.now() - started) / 1000;
}
