import type { GitFile, GitRequest, SkippedEntry } from '#core/ports/git/git-repository.ts';
import { comparePaths } from '#core/sync/select-files.ts';
import type { AcceptedTree, SourceParts } from './source-parts.ts';

/** Which listing is wanted, and the one at hand. */
export interface WantedTree {
  readonly request: GitRequest;
  readonly commit: string;
  readonly generation: number;
  readonly known: AcceptedTree | null;
}

/** The listing of a commit; the known one when it is of that commit, so that an unchanged source costs nothing. */
export async function readAcceptedTree(
  { git, digest }: Pick<SourceParts, 'git' | 'digest'>,
  { request, commit, generation, known }: WantedTree,
  signal: AbortSignal,
): Promise<AcceptedTree> {
  if (known?.commit === commit && known.generation === generation) return known;
  const { files, skipped } = await git.listFiles(request, commit, signal);
  const sorted = files.toSorted(comparePaths);
  return {
    commit,
    generation,
    digest: digestTree(digest, sorted, skipped),
    files: sorted,
    unreadable: new Map(skipped.map(({ path, code }) => [path, code])),
  };
}

function digestTree(
  digest: SourceParts['digest'],
  files: readonly GitFile[],
  skipped: readonly SkippedEntry[],
): string {
  const lines = [
    ...files.map(({ path, blob }) => `${path}\0${blob}`),
    ...skipped.toSorted(comparePaths).map(({ path, code }) => `${path}\0${code}`),
  ];
  return digest.sha256Hex(new TextEncoder().encode(lines.join('\n')));
}
