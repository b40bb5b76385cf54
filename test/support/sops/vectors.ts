import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createSopsDecryptor } from '#adapters/decryptor/sops/index.ts';
import { createAgeUnwrapper } from '#adapters/age/index.ts';
import type { DecryptedFile, FileFormat, KeyMaterial } from '#core/ports/decryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SourceMap } from '#core/secret/source-tree.ts';
import { toReadableTree } from '#core/sops/render/readable-tree.ts';
import { resolveYamlScalar } from '#core/sops/scalar/yaml-scalar.ts';
import { parseDotenv } from '#core/sops/text/parse-dotenv.ts';
import { parseIni } from '#core/sops/text/parse-ini.ts';
import { parseJson } from '#core/sops/text/parse-json.ts';
import { tellFormat } from '#core/sops/text/tell-format.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { parseSourceYaml } from '#platform/yaml/parse-source.ts';

export const vectorFolder = join(import.meta.dirname, '..', '..', 'vectors', 'sops-3.13.3');

/** A file that the real sops encrypted, and what it decrypts to. */
export interface SopsVector {
  readonly name: string;
  /** The name of the encrypted file; its ending tells the format. */
  readonly path: string;
  readonly format: FileFormat;
  readonly encrypted: Buffer;
  readonly plain: Buffer;
  readonly keys: readonly KeyMaterial[];
}

/** An identity file of the vectors: `one`, `two`, `three`, or `stranger`, which opens none. */
export function vectorKey(name: string): KeyMaterial {
  const bytes = readFileSync(join(vectorFolder, 'keys', `${name}.txt`));
  return { name: `keys/${name}`, bytes: SecretBytes.take(bytes) };
}

export function readVector(path: string): SopsVector {
  const names = path.startsWith('shamir') ? ['one', 'three'] : ['one'];
  return {
    name: path.split('.')[0] ?? path,
    path,
    format: tellFormat(path),
    encrypted: readFileSync(join(vectorFolder, path)),
    plain: readFileSync(join(vectorFolder, path.replace('.enc.', '.plain.'))),
    keys: names.map((name) => vectorKey(name)),
  };
}

export function readVectors(): readonly SopsVector[] {
  return readdirSync(vectorFolder)
    .filter((path) => path.includes('.enc.'))
    .map((path) => readVector(path));
}

/** One decryptor for all tests of a file: what it caches is looked at by a test of its own. */
export const sopsDecryptor = createSopsDecryptor({
  unwrappers: [createAgeUnwrapper()],
  clock: createSystemClock(),
});

export async function openVector(
  vector: Pick<SopsVector, 'path' | 'encrypted' | 'keys'>,
): Promise<DecryptedFile> {
  const file = { path: vector.path, bytes: vector.encrypted };
  const opened = await sopsDecryptor.decrypt(file, vector.keys, AbortSignal.timeout(20_000));
  if (opened === null) throw new Error(`${vector.path} was taken for a plain file`);
  return opened;
}

/** The documents of a plain text, read as SOPS reads them. */
export function parsePlain(format: FileFormat, bytes: Uint8Array): readonly SourceMap[] {
  if (format === 'yaml') return parseSourceYaml(bytes, 'plain', resolveYamlScalar);
  const source = { path: 'plain', text: new TextDecoder().decode(bytes) };
  if (format === 'json') return [parseJson(source)];
  return [format === 'dotenv' ? parseDotenv(source) : parseIni(source)];
}

/** The documents of a decrypted file as text, for comparing. */
export function readable(file: DecryptedFile): readonly SourceMap[] {
  return file.documents.map((document) =>
    toReadableTree(
      document.kind === 'map'
        ? document
        : { kind: 'map', entries: [{ kind: 'entry', key: 'data', value: document }] },
    ),
  );
}
