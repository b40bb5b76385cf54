import { formatRef } from '#core/api/object.ts';
import type { GitFetchResult, GitRequest } from '#core/ports/git/git-repository.ts';
import { wipeAuth } from '#core/sync/git-credentials.ts';
import type { AcceptedTree, SourceParts, SourceRecord } from './source-parts.ts';
import { readGitRequest } from './source-request.ts';
import type { ReadySource } from './gather-source.ts';
import { prefetchBlobs } from './prefetch-blobs.ts';
import { publishView } from './publish-view.ts';
import { readAcceptedTree } from './read-accepted-tree.ts';

/**
 * Asks the host, and accepts what it shows. The accepted revision is stored before anybody acts on it, so that no kill
 * makes Mayfly forget what a later commit must descend from. Returns whether anything was written.
 */
export async function pollSource(
  parts: SourceParts,
  input: ReadySource,
  signal: AbortSignal,
): Promise<boolean> {
  const request = await readGitRequest(parts, input, input.accepted);
  try {
    const fetched = await parts.git.fetch(request, signal);
    const tree = await readAcceptedTree(
      parts,
      { request, commit: fetched.revision.commit, ...knownTree(parts, input) },
      signal,
    );
    const changed = await storeRevision(parts, input, { fetched, tree });
    const ref = { kind: 'GitSource', ...nameOf(input) } as const;
    const before = knownTree(parts, input).known;
    if (fetched.kind === 'accepted') {
      await prefetchBlobs(parts, { ref, request, before, after: tree }, signal);
    }
    const check = { kind: 'verified', at: parts.clock.now() } as const;
    await publishView(parts, ref, { check, tree });
    return changed;
  } finally {
    wipeAuth(request.auth);
  }
}

/** The listing of the revision that was accepted before, without asking whether there is a newer one. */
export async function recallTree(
  parts: SourceParts,
  input: ReadySource,
  signal: AbortSignal,
): Promise<AcceptedTree | null> {
  if (input.accepted === null) return null;
  const request: GitRequest = await readGitRequest(parts, input, input.accepted);
  try {
    const wanted = { request, commit: input.accepted.commit, ...knownTree(parts, input) };
    return await readAcceptedTree(parts, wanted, signal);
  } finally {
    wipeAuth(request.auth);
  }
}

function knownTree(
  { memory }: SourceParts,
  { object }: ReadySource,
): { generation: number; known: AcceptedTree | null } {
  const known = memory.sources.get(formatRef(object.metadata))?.tree ?? null;
  return { generation: object.metadata.generation, known };
}

function nameOf({ object }: ReadySource): { namespace: string; name: string } {
  return { namespace: object.metadata.namespace, name: object.metadata.name };
}

interface Accepted {
  readonly fetched: GitFetchResult;
  readonly tree: AcceptedTree;
}

async function storeRevision(
  { records }: SourceParts,
  input: ReadySource,
  accepted: Accepted,
): Promise<boolean> {
  const { object, record: before } = input;
  const { fetched } = accepted;
  const rewound = fetched.kind === 'accepted' && fetched.rewound;
  return await records.write({ object, before, record: renderRecord(input, accepted), rewound });
}

function renderRecord(
  { record: { forcedBy }, origin, force }: ReadySource,
  { fetched, tree }: Accepted,
): SourceRecord {
  const { commit, tag } = fetched.revision;
  const obeyed = force ?? forcedBy;
  return {
    revision: commit,
    ...(tag === undefined ? {} : { tag }),
    origin,
    files: tree.files.length,
    digest: tree.digest,
    ...(obeyed === undefined ? {} : { forcedBy: obeyed }),
  };
}
