import type { GitFile } from '../ports/git/git-repository.ts';

/** The paths whose content differs between two listings, added and removed ones included, in order. */
export function diffFiles(
  before: readonly GitFile[],
  after: readonly GitFile[],
): readonly string[] {
  const old = new Map(before.map(({ path, blob }) => [path, blob]));
  const changed: string[] = [];
  for (const { path, blob } of after) {
    if (old.get(path) !== blob) changed.push(path);
    old.delete(path);
  }
  return [...changed, ...old.keys()].toSorted();
}
