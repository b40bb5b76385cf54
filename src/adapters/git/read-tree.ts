import { createError } from '#core/errors/mayfly-error.ts';
import { parsePathGlobs } from '#core/git/path-glob.ts';
import { createTreeReader, type TreeListing } from '#core/git/tree-listing.ts';
import type { GitPass } from './git-pass.ts';

const maxListing = 64 * 1024 * 1024;

/** Lists the files of a commit whose trees are here. */
export async function readTree({ git, request }: GitPass, commit: string): Promise<TreeListing> {
  const { host } = git;
  const reader = createTreeReader(parsePathGlobs(request.include), request.limits.files, host);
  const { code } = await git.local({
    args: ['ls-tree', '-r', '-z', '--full-tree', commit],
    maxOutput: maxListing,
    tooLarge: () => createError('MAYFLY_GIT_TREE_EXCEEDED', { limit: maxListing }),
    onOutput: reader.add,
  });
  if (code !== 0) throw createError('MAYFLY_GIT_OBJECTS_CORRUPT', { host });
  return reader.finish();
}
