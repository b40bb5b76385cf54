import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import type { GitFile } from '#core/ports/git/git-repository.ts';
import { comparePaths, isSelected, selectFiles } from '#core/sync/select-files.ts';
import { wipeAuth } from '#core/sync/git-credentials.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { readGitRequest } from '../../sources/source-request.ts';
import type { ReadySecret } from './gather-secret.ts';

/** The files that an EphemeralSecret is made from, at one commit. */
export interface Listing {
  readonly commit: string;
  readonly files: readonly GitFile[];
  /** Entries that are never read, by path. */
  readonly unreadable: ReadonlyMap<string, ErrorCode>;
}

/**
 * The selected files of a commit: the accepted one (null), or the one that a lifetime `Once` was issued from. Null
 * when its listing is not at hand. Throws `MAYFLY_SYNC_TOO_MANY_FILES`.
 */
export async function readListing(
  parts: ControllerParts,
  input: ReadySecret,
  { commit, signal }: { readonly commit: string | null; readonly signal: AbortSignal },
): Promise<Listing | null> {
  const { tree } = input.standing;
  if (commit === null || commit === tree?.commit)
    return tree === null ? null : select(parts, input, tree);
  const listed = await listAt(parts, input, { commit, signal });
  return listed === null ? null : select(parts, input, listed);
}

function select({ options }: ControllerParts, { spec }: ReadySecret, tree: Listing): Listing {
  const files = selectFiles(tree.files, spec.path, spec.target);
  if (files.length > options.maxFiles) {
    const path = spec.path === '' ? '.' : spec.path;
    throw createError('MAYFLY_SYNC_TOO_MANY_FILES', { path, limit: options.maxFiles });
  }
  const unreadable = [...tree.unreadable].filter(([path]) =>
    isSelected(path, spec.path, spec.target),
  );
  return { commit: tree.commit, files, unreadable: new Map(unreadable) };
}

/** Failing to list an old commit is no reason to fail: its Secrets are there, they only cannot be repaired. */
async function listAt(
  parts: ControllerParts,
  { source, hosts }: ReadySecret,
  { commit, signal }: { readonly commit: string; readonly signal: AbortSignal },
): Promise<Listing | null> {
  if (source === null) return null;
  try {
    const request = await readGitRequest(parts, { source, hosts }, { commit });
    try {
      const { files, skipped } = await parts.git.listFiles(request, commit, signal);
      const unreadable = new Map(skipped.map(({ path, code }) => [path, code]));
      return { commit, files: files.toSorted(comparePaths), unreadable };
    } finally {
      wipeAuth(request.auth);
    }
  } catch (error) {
    if (isMayflyError(error) && error.kind !== 'bug') return null;
    throw error;
  }
}
