import type { GitSourceStatus } from '#core/api/schema/git-source-schema.ts';
import { formatRef } from '#core/api/object.ts';
import type { GitFetchResult, GitRequest } from '#core/ports/git/git-repository.ts';
import { wipeAuth } from '#core/sync/git-credentials.ts';
import type { AcceptedTree } from '../controller-memory.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { readGitRequest } from '../source-request.ts';
import type { ReadySource } from './gather-source.ts';
import { prefetchBlobs } from './prefetch-blobs.ts';
import { publishView } from './publish-view.ts';
import { readAcceptedTree } from './read-accepted-tree.ts';

/**
 * Asks the host, and accepts what it shows. The accepted revision is stored before anybody acts on it, so that no kill
 * makes Mayfly forget what a later commit must descend from. Returns whether anything was written.
 */
export async function pollSource(
  parts: ControllerParts,
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
  parts: ControllerParts,
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
  { memory }: ControllerParts,
  { object }: ReadySource,
): { generation: number; known: AcceptedTree | null } {
  const known = memory.sources.get(formatRef(object.metadata))?.tree ?? null;
  return { generation: object.metadata.generation, known };
}

function nameOf({ object }: ReadySource): { namespace: string; name: string } {
  return { namespace: object.metadata.namespace, name: object.metadata.name };
}

async function storeRevision(
  { objects }: ControllerParts,
  input: ReadySource,
  { fetched, tree }: { readonly fetched: GitFetchResult; readonly tree: AcceptedTree },
): Promise<boolean> {
  const ref = { kind: 'GitSource', ...nameOf(input) } as const;
  const next = renderStatus(input, { fetched, tree });
  if (isStored(input.status, next)) return false;
  await objects.writeStatus(ref, next, input.object.metadata.resourceVersion);
  if (fetched.kind === 'accepted' && fetched.rewound) {
    await objects.recordEvent({
      about: ref,
      type: 'Warning',
      reason: 'HistoryRewound',
      message: 'the accepted commit does not descend from the one before it',
    });
  }
  return true;
}

function renderStatus(
  { status, origin, force }: ReadySource,
  { fetched, tree }: { readonly fetched: GitFetchResult; readonly tree: AcceptedTree },
): GitSourceStatus {
  const { observedGeneration, conditions, forcedBy = null } = status;
  const { commit, tag } = fetched.revision;
  const obeyed = force ?? forcedBy;
  return {
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...(conditions === undefined ? {} : { conditions }),
    revision: commit,
    ...(tag === undefined ? {} : { tag }),
    origin,
    files: tree.files.length,
    digest: tree.digest,
    ...(obeyed === null ? {} : { forcedBy: obeyed }),
  };
}

function isStored(before: GitSourceStatus, after: GitSourceStatus): boolean {
  const fields = ['revision', 'tag', 'origin', 'files', 'digest', 'forcedBy'] as const;
  return fields.every((field) => before[field] === after[field]);
}
