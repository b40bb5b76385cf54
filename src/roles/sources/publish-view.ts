import { formatRef, type ObjectRef } from '#core/api/object.ts';
import { diffFiles } from '#core/sync/diff-files.ts';
import type { AcceptedTree, SourceParts, SourceView } from './source-parts.ts';

/** Tells the others about a source, and has those looked at whom it concerns; null when it is gone. */
export async function publishView(
  { memory, followers }: Pick<SourceParts, 'memory' | 'followers'>,
  ref: ObjectRef,
  view: SourceView | null,
): Promise<void> {
  const key = formatRef(ref);
  const before = memory.sources.get(key) ?? null;
  const changed = diffViews(before, view);
  const dependents = changed?.length === 0 ? [] : await followers.findDependents(ref, changed);
  if (view === null) memory.sources.delete(key);
  else memory.sources.set(key, view);
  for (const dependent of dependents) followers.enqueue(dependent);
}

/** The paths that differ; null when everything that follows the source is concerned. */
function diffViews(before: SourceView | null, after: SourceView | null): readonly string[] | null {
  if (before === null || after === null) return before === after ? [] : null;
  return before.check.kind === after.check.kind ? diffTrees(before.tree, after.tree) : null;
}

function diffTrees(
  before: AcceptedTree | null,
  after: AcceptedTree | null,
): readonly string[] | null {
  if (before?.digest === after?.digest) return [];
  return before === null || after === null ? null : diffFiles(listAll(before), listAll(after));
}

function listAll(tree: AcceptedTree): { path: string; blob: string; size: null }[] {
  return [
    ...tree.files.map(({ path, blob }) => ({ path, blob, size: null })),
    ...[...tree.unreadable].map(([path, code]) => ({ path, blob: code, size: null })),
  ];
}
