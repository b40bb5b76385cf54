import { isNamespaceName, isObjectName, isSecretKey } from '#core/api/names.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KeyReader } from '#core/ports/object-api.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { openDirectory, type HeldDirectory } from '#platform/folders/held-directory.ts';
import { readPlainFile, type PlainFile } from '#platform/folders/read-plain-file.ts';
import { isExposed } from './exposed.ts';

export interface KeyFolderOptions {
  readonly secretsDir: string;
}

const maxKeyBytes = 1024 * 1024;
const maxKeys = 100;

/**
 * Reads keys from `<secretsDir>/<namespace>/NAME/KEY`, or from `<secretsDir>/<namespace>_NAME_KEY`, which is how
 * systemd lays out `LoadCredential=<namespace>:<folder>`. See readme.md.
 *
 * Throws `MAYFLY_KEY_NAME`, `MAYFLY_KEY_EXPOSED`, `MAYFLY_FILE_NOT_REGULAR` and `MAYFLY_FILE_TOO_LARGE`.
 */
export function createKeyFolder(options: KeyFolderOptions): KeyReader {
  return {
    readKey: async (namespace, name, key) => await readKey(options, { namespace, name }, key),
    readKeys: async (namespace, name) => await readKeys(options, { namespace, name }),
  };
}

interface KeyPlace {
  readonly namespace: string;
  readonly name: string;
}

async function readKey(
  options: KeyFolderOptions,
  place: KeyPlace,
  key: string,
): Promise<SecretBytes | null> {
  checkNames(place, key);
  await using root = await openDirectory(options.secretsDir);
  if (root === null) return null;
  await using folder = await enterPlace(root, place);
  const nested = folder === null ? null : await readChecked(folder, key);
  return nested ?? (await readChecked(root, flatName(place, key)));
}

async function readKeys(
  options: KeyFolderOptions,
  place: KeyPlace,
): Promise<ReadonlyMap<string, SecretBytes> | null> {
  checkNames(place, 'any');
  await using root = await openDirectory(options.secretsDir);
  if (root === null) return null;
  await using folder = await enterPlace(root, place);
  const files = folder === null ? await listFlat(root, place) : await listNested(folder);
  return files.length === 0 && folder === null ? null : await readAll(files);
}

/** One key and where its file is. */
interface KeyFile {
  readonly key: string;
  readonly directory: HeldDirectory;
  readonly file: string;
}

async function listNested(directory: HeldDirectory): Promise<KeyFile[]> {
  const names = await directory.names();
  return names.filter(isSecretKey).map((name) => ({ key: name, directory, file: name }));
}

async function listFlat(directory: HeldDirectory, place: KeyPlace): Promise<KeyFile[]> {
  const prefix = flatName(place, '');
  const names = (await directory.names()).filter((name) => name.startsWith(prefix));
  const files = names.map((file) => ({ key: file.slice(prefix.length), directory, file }));
  return files.filter(({ key }) => isSecretKey(key));
}

async function readAll(files: readonly KeyFile[]): Promise<ReadonlyMap<string, SecretBytes>> {
  const [first] = files;
  if (first !== undefined && files.length > maxKeys) {
    throw createError('MAYFLY_FOLDER_TOO_LARGE', { path: first.directory.shown, limit: maxKeys });
  }
  const read = new Map<string, SecretBytes>();
  try {
    for (const { key, directory, file } of files) {
      const bytes = await readChecked(directory, file);
      if (bytes !== null) read.set(key, bytes);
    }
    return read;
  } catch (error) {
    for (const bytes of read.values()) bytes.wipe();
    throw error;
  }
}

async function enterPlace(root: HeldDirectory, place: KeyPlace): Promise<HeldDirectory | null> {
  await using namespace = await root.enter(place.namespace);
  return namespace === null ? null : await namespace.enter(place.name);
}

async function readChecked(directory: HeldDirectory, name: string): Promise<SecretBytes | null> {
  const file: PlainFile | null = await readPlainFile(directory, name, maxKeyBytes);
  if (file === null) return null;
  const bytes = SecretBytes.take(file.bytes);
  if (!isExposed(file.stats, process.geteuid?.() ?? 0)) return bytes;
  bytes.wipe();
  throw createError('MAYFLY_KEY_EXPOSED', { path: `${directory.shown}/${name}` });
}

function flatName(place: KeyPlace, key: string): string {
  return `${place.namespace}_${place.name}_${key}`;
}

function checkNames(place: KeyPlace, key: string): void {
  if (isNamespaceName(place.namespace) && isObjectName(place.name) && isSecretKey(key)) return;
  throw createError('MAYFLY_KEY_NAME', { reference: `${place.namespace}/${place.name}/${key}` });
}
