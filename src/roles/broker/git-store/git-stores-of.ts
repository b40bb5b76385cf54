import type { ObjectRef, StoredObject } from '#core/api/object.ts';
import { parseStore, type Store } from '#core/api/store.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';
import type { GitFile } from '#core/ports/git/git-repository.ts';
import { filesAtOrBelow } from '#core/sync/select-files.ts';
import { sourceOf } from './find-revision.ts';
import type { GitStore } from './git-store-parts.ts';

export function isGitStore(store: Store): store is GitStore {
  return store.provider.kind === 'git';
}

/** The Stores of the kind git that are in use: valid, and not suspended. */
export async function listGitStores(
  objects: Pick<ObjectApi, 'list'>,
): Promise<readonly GitStore[]> {
  const all = await objects.list('Store');
  return all.flatMap(readGitStore);
}

function readGitStore(object: StoredObject): readonly GitStore[] {
  if (object.metadata.deletionTimestamp !== undefined) return [];
  const parsed = parseStore(object);
  if (parsed.kind === 'invalid' || parsed.value.suspend) return [];
  return isGitStore(parsed.value) ? [parsed.value] : [];
}

/** Those that read from a source. */
export async function listStoresOf(
  objects: Pick<ObjectApi, 'list'>,
  source: ObjectRef,
): Promise<readonly GitStore[]> {
  const stores = await listGitStores(objects);
  return stores.filter((store) => {
    const { namespace, name } = sourceOf(store);
    return namespace === source.namespace && name === source.name;
  });
}

/** The files that some of the Stores can be asked for. */
export function listReadable(
  stores: readonly GitStore[],
  sorted: readonly GitFile[],
): readonly GitFile[] {
  const files = stores.flatMap(({ provider }) => filesAtOrBelow(sorted, provider.path));
  return [...new Set(files)];
}
