import type { ObjectRef } from '#core/api/object.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { GitRequest } from '#core/ports/git/git-repository.ts';
import { diffFiles } from '#core/sync/diff-files.ts';
import type { AcceptedTree, SourceParts } from './source-parts.ts';

export interface NewTree {
  readonly ref: ObjectRef;
  readonly request: GitRequest;
  readonly before: AcceptedTree | null;
  readonly after: AcceptedTree;
}

/**
 * Has the changed files brought that are about to be asked for: by themselves a thousand dependents would ask the
 * host a thousand times. A failure is left to whoever then asks for the file.
 */
export async function prefetchBlobs(
  { followers, git }: Pick<SourceParts, 'followers' | 'git'>,
  { ref, request, before, after }: NewTree,
  signal: AbortSignal,
): Promise<void> {
  const changed = new Set(diffFiles(before?.files ?? [], after.files));
  const files = after.files.filter(({ path }) => changed.has(path));
  const blobs = (await followers.findWanted(ref, files)).map(({ blob }) => blob);
  if (blobs.length === 0) return;
  try {
    await git.prefetch(request, blobs, signal);
  } catch (error) {
    if (!isMayflyError(error) || error.kind === 'bug') throw error;
  }
}
