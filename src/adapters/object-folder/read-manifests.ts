import { dirname, join, basename } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { parseManifest, type Manifest } from '#core/api/manifest.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { openDirectory } from '#platform/folders/held-directory.ts';
import { readPlainFile } from '#platform/folders/read-plain-file.ts';
import { parsePlainYaml } from '#platform/yaml/parse-plain.ts';

/** What one file says. */
export interface FileContent {
  readonly manifests: readonly Manifest[];
  /** What is wrong with it. While there is anything, none of its objects counts as removed. */
  readonly errors: readonly unknown[];
}

/** A file is parsed at one go, so it must not keep the program from other work for long. */
const maxFileBytes = 256 * 1024;

/** Reads one file below the folder; its faults are answered, never thrown. */
export async function readManifests(folder: string, path: string): Promise<FileContent> {
  try {
    const documents = parsePlainYaml(await readBytes(join(folder, path)), path);
    return readDocuments(documents.filter((document) => document !== null));
  } catch (error) {
    return { manifests: [], errors: [error] };
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  // Thousands are read and parsed in a row.
  await scheduler.yield();
  await using folder = await openDirectory(dirname(path));
  const file = folder === null ? null : await readPlainFile(folder, basename(path), maxFileBytes);
  if (file === null) throw createError('MAYFLY_FILE_MISSING', { path });
  return file.bytes;
}

function readDocuments(documents: readonly unknown[]): FileContent {
  const manifests: Manifest[] = [];
  const errors: unknown[] = [];
  for (const document of documents) {
    const parsed = parseManifest(document);
    if (parsed.kind === 'valid') manifests.push(parsed.value);
    else if (isPlainSecret(document)) errors.push(createError('MAYFLY_OBJECT_PLAIN_SECRET', {}));
    else errors.push(...parsed.errors);
  }
  return { manifests, errors };
}

function isPlainSecret(document: unknown): boolean {
  return (
    typeof document === 'object' &&
    document !== null &&
    'kind' in document &&
    document.kind === 'Secret'
  );
}
