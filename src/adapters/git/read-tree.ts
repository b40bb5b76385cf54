import { createError } from '#core/errors/mayfly-error.ts';
import { parsePathGlobs } from '#core/git/path-glob.ts';
import { createTreeReader, type TreeListing } from '#core/git/tree-listing.ts';
import { startLocal } from './git-client.ts';
import type { GitPass } from './git-pass.ts';

const maxListingBytes = 64 * 1024 * 1024;

/** Lists the files of a commit whose trees are here. */
export async function readTree(pass: GitPass, commit: string): Promise<TreeListing> {
  const { context, request } = pass;
  const reader = createTreeReader(parsePathGlobs(request.include), {
    files: request.limits.files,
    listingBytes: maxListingBytes,
    host: context.host,
  });
  const running = startLocal(context, ['ls-tree', '-r', '-z', '--full-tree', commit]);
  running.stdout.on('data', (chunk: Buffer) => {
    try {
      reader.add(chunk);
    } catch (error) {
      running.stop(error);
    }
  });
  const { code } = await running.exit;
  if (code !== 0) throw createError('MAYFLY_GIT_OBJECTS_CORRUPT', { host: context.host });
  return reader.finish();
}
