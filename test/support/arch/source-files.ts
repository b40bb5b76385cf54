import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { join, relative, sep } from 'node:path';

export const root = join(import.meta.dirname, '..', '..', '..');

export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

const never = new Set(['node_modules', 'fixtures', 'vectors', '.git', '.demo', 'coverage']);

/** The files with one of the endings below some folders of a root, in the order of their paths. */
export function readSourceFiles(
  folders: readonly string[],
  endings: readonly string[] = ['.ts', '.mjs'],
  from: string = root,
): readonly SourceFile[] {
  return folders
    .flatMap((folder) => [...walk(join(from, folder))])
    .filter((file) => endings.some((ending) => file.endsWith(ending)))
    .map((file) => ({
      path: relative(from, file).split(sep).join('/'),
      text: readFileSync(file, 'utf8'),
    }))
    .toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

/** Lines that are neither blank nor a comment. */
export function countCodeLines(file: SourceFile): number {
  return file.text
    .replaceAll(/\/\*[\s\S]*?\*\//gu, '')
    .split('\n')
    .filter((line) => !/^\s*(?:\/\/.*)?$/u.test(line)).length;
}

function* walk(folder: string): Generator<string> {
  for (const entry of readEntries(folder)) {
    if (never.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

function readEntries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
