import { localKindNames, type ObjectRef } from '#core/api/object.ts';
import type { Clock, Instant } from '#core/ports/time.ts';
import { listYamlFiles, type FileFault } from '#platform/folders/list-yaml-files.ts';
import { decideObjects, keyOf } from './decide-objects.ts';
import type { ObjectStore } from './object-store.ts';
import { readManifests, type FileContent } from './read-manifests.ts';

/** An editor may empty or remove a file for a moment while it saves: only what stays away is believed to be gone. */
export const confirmMs = 2_000;

export interface ScanResult {
  readonly changed: readonly ObjectRef[];
  /** Everything that is wrong in the folder now. */
  readonly faults: readonly FileFault[];
  readonly folders: readonly string[];
  /** Whether another look is needed soon to confirm that objects are gone. */
  readonly unsure: boolean;
}

export type Scan = () => Promise<ScanResult>;

/** Looks at the folder again and again; each look costs a `stat` a file, and a parse for each file that changed. */
export function createScan(folder: string, store: ObjectStore, clock: Clock): Scan {
  let known = new Map<string, { readonly stamp: string; readonly content: FileContent }>();
  const missingSince = new Map<string, Instant>();

  async function readContents(
    files: readonly { readonly path: string; readonly stamp: string }[],
  ): Promise<Map<string, FileContent>> {
    const next: typeof known = new Map();
    for (const { path, stamp } of files) {
      const before = known.get(path);
      const content = before?.stamp === stamp ? before.content : await readManifests(folder, path);
      next.set(path, { stamp, content });
    }
    known = next;
    return new Map(Array.from(next, ([path, { content }]) => [path, content]));
  }

  function isConfirmed(ref: ObjectRef): boolean {
    const since = missingSince.get(keyOf(ref)) ?? clock.now();
    missingSince.set(keyOf(ref), since);
    return clock.now() - since >= confirmMs;
  }

  return async () => {
    const listing = await listYamlFiles(folder);
    const contents = await readContents(listing.files);
    const records = localKindNames.flatMap((kind) => store.all(kind));
    const plan = decideObjects(contents, records);
    const changed: ObjectRef[] = [];
    for (const found of plan.found) {
      missingSince.delete(keyOf(found.manifest));
      if (await store.put(found)) changed.push(refOf(found.manifest));
    }
    // What is in a folder that cannot be listed is not known, so nothing counts as gone.
    const missing = listing.faults.length === 0 ? plan.missing.map(refOf) : [];
    const gone = missing.filter(isConfirmed);
    for (const ref of gone) {
      await store.delete(ref);
      missingSince.delete(keyOf(ref));
    }
    return {
      changed: [...changed, ...gone],
      faults: [...listing.faults, ...plan.faults],
      folders: listing.folders,
      unsure: missing.length > gone.length,
    };
  };
}

function refOf({ kind, namespace, name }: ObjectRef): ObjectRef {
  return { kind, namespace, name };
}
