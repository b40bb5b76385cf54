import type { Manifest } from '#core/api/manifest.ts';
import { formatRef } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { FileFault } from '#platform/folders/list-yaml-files.ts';
import type { FileContent } from './read-manifests.ts';
import type { ObjectRecord } from './schema.ts';

/** An object as a file says it. */
export interface FoundObject {
  readonly manifest: Manifest;
  readonly file: string;
}

export interface ObjectPlan {
  /** In the order of files and documents, each object once. */
  readonly found: readonly FoundObject[];
  /** Records of which no file speaks any more, although every file could be read in which they might be. */
  readonly missing: readonly ObjectRecord[];
  readonly faults: readonly FileFault[];
}

/**
 * Decides which objects there are. An object that two files have belongs to the file it was first seen in; while a
 * file has a fault, objects that were last seen in it are not missing.
 */
export function decideObjects(
  contents: ReadonlyMap<string, FileContent>,
  records: readonly ObjectRecord[],
): ObjectPlan {
  const home = new Map(records.map((record) => [keyOf(record), record.file]));
  const found = new Map<string, FoundObject>();
  const faults: FileFault[] = [];
  for (const [file, content] of homesFirst(contents, home)) {
    for (const error of content.errors) faults.push({ path: file, error });
    for (const manifest of content.manifests) {
      const other = found.get(keyOf(manifest));
      if (other === undefined) found.set(keyOf(manifest), { manifest, file });
      else faults.push({ path: file, error: duplicateOf(manifest, other.file) });
    }
  }
  const faulty = new Set(faults.map(({ path }) => path));
  const missing = records.filter((r) => !found.has(keyOf(r)) && !faulty.has(r.file));
  return { found: [...found.values()], missing, faults };
}

/** Splits each file in what it has been the home of and the rest, so that newcomers never win. */
function homesFirst(
  contents: ReadonlyMap<string, FileContent>,
  home: ReadonlyMap<string, string>,
): (readonly [string, FileContent])[] {
  const settled: (readonly [string, FileContent])[] = [];
  const newcomers: (readonly [string, FileContent])[] = [];
  for (const [file, { manifests, errors }] of contents) {
    const settledHere = manifests.filter((manifest) => home.get(keyOf(manifest)) === file);
    const others = manifests.filter((manifest) => home.get(keyOf(manifest)) !== file);
    settled.push([file, { manifests: settledHere, errors }]);
    newcomers.push([file, { manifests: others, errors: [] }]);
  }
  return [...settled, ...newcomers];
}

export function keyOf(object: {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}): string {
  return `${object.kind}/${object.namespace}/${object.name}`;
}

function duplicateOf(manifest: Manifest, file: string): Error {
  const { kind } = manifest;
  return createError('MAYFLY_OBJECT_DUPLICATE', { kind, object: formatRef(manifest), file });
}
