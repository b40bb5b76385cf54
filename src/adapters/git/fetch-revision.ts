import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import {
  chooseRevision,
  parseListedRefs,
  renderRefPatterns,
  type OfferedRevision,
} from '#core/git/revision/choose-revision.ts';
import { decideRevision } from '#core/git/revision/decide-revision.ts';
import type { Inspection } from '#core/git/inspection.ts';
import { isUnfiltered, parseAnnouncedObjects } from '#core/git/git-failure.ts';
import type { GitFetchResult } from '#core/ports/git/git-repository.ts';
import type { GitPass } from './git-pass.ts';
import { completeRef, inspectStore } from './inspect-store.ts';
import { measureStore, readHistoryEnds, resetObjectStore } from './object-store.ts';

const maxRefsBytes = 8 * 1024 * 1024;
const maxOutput = 64 * 1024;
const fetchFlags = ['--progress', '--no-tags', '--no-write-fetch-head', '--no-auto-gc', '--force'];
const incoming = 'refs/mayfly/incoming';

/** Asks the host what the ref is now; the repository's objects are not touched. */
export async function listOffered(pass: GitPass): Promise<OfferedRevision> {
  const { git, request } = pass;
  const patterns = renderRefPatterns(request.ref);
  if (patterns.length === 0) return chooseRevision(request.ref, [], git.host);
  const args = ['ls-remote', '--', 'origin', ...patterns];
  const listed = await git.remote({ args, maxOutput: maxRefsBytes });
  const output = listed === 'missing' ? '' : Buffer.from(listed).toString();
  return chooseRevision(request.ref, parseListedRefs(output), git.host);
}

/** Brings what is offered and decides whether it may follow what was accepted. */
export async function fetchOffered(
  pass: GitPass,
  offered: OfferedRevision,
): Promise<GitFetchResult> {
  const { request } = pass;
  const step = decideRevision(request.ref, request.accepted, offered);
  const revision = {
    commit: offered.commit,
    ...(offered.tag === undefined ? {} : { tag: offered.tag }),
  };
  switch (step.kind) {
    case 'unchanged':
      return { kind: 'unchanged', revision };
    case 'take':
      await ensureTrees(pass, offered);
      return { kind: 'accepted', revision, rewound: false };
    case 'refuse':
      if (request.history !== 'Any') throw step.error;
      await ensureTrees(pass, offered);
      return { kind: 'accepted', revision, rewound: true };
    case 'prove': {
      const rewind = await proveDescent(pass, offered);
      if (rewind !== null && request.history !== 'Any') throw rewind;
      await ensureTrees(pass, offered);
      return { kind: 'accepted', revision, rewound: rewind !== null };
    }
  }
}

/** Null when the offered commit descends from the accepted one, within the budget of commits. */
async function proveDescent(pass: GitPass, offered: OfferedRevision): Promise<MayflyError | null> {
  const accepted = acceptedCommit(pass);
  const rewind = createError('MAYFLY_GIT_REWIND', { offered: offered.commit, accepted });
  const known = await bringAccepted(pass, offered);
  if (known === null) return rewind;
  const isHere = known.tree !== null;
  if (!isHere && (await fetchCommits(pass, offered, rewind)) === 'rewind') return rewind;
  if (await isAncestor(pass, accepted, offered.commit)) return null;
  if (!isHere || !(await isCutShort(pass, accepted, offered.commit))) return rewind;
  // What was here before proves nothing either way; a store without it does.
  await resetObjectStore(pass.store, pass.request.limits.bytes);
  return proveDescent(pass, offered);
}

/** What is here, the accepted commit with it; null when the host no longer has that. */
async function bringAccepted(pass: GitPass, offered: OfferedRevision): Promise<Inspection | null> {
  const known = await inspect(pass, offered.commit);
  if (known.isAcceptedHere) return known;
  const flags = ['--depth=1', '--filter=tree:0'];
  const fetched = await fetchObjects(pass, { flags, wanted: [acceptedCommit(pass)] });
  return fetched === 'missing' ? null : await inspect(pass, offered.commit);
}

function acceptedCommit({ request }: GitPass): string {
  return request.accepted?.commit ?? '';
}

async function inspect(pass: GitPass, commit: string): Promise<Inspection> {
  return inspectStore(pass, { commit, accepted: pass.request.accepted?.commit ?? commit });
}

async function isAncestor(pass: GitPass, ancestor: string, commit: string): Promise<boolean> {
  return (await readLocal(pass, ['merge-base', '--is-ancestor', ancestor, commit])) !== null;
}

/** Whether the history here ends at a commit whose parents were not fetched, so that it proves nothing. */
async function isCutShort(pass: GitPass, accepted: string, offered: string): Promise<boolean> {
  for (const end of await readHistoryEnds(pass.store)) {
    if (end !== accepted && (await isAncestor(pass, end, offered))) return true;
  }
  return false;
}

/**
 * Brings the commits alone, without a depth: a depth would cut the very ancestry that is to be proven. The host
 * announces how many objects it sends, which ends the rewriting of a long history before it is transferred.
 */
async function fetchCommits(
  pass: GitPass,
  offered: OfferedRevision,
  rewind: MayflyError,
): Promise<'done' | 'rewind'> {
  let progress = '';
  function onProgress(text: string): Error | null {
    progress = (progress + text).slice(-8192);
    const announced = isUnfiltered(progress) ? null : parseAnnouncedObjects(progress);
    return announced !== null && announced > pass.request.limits.commits ? rewind : null;
  }
  const flags = ['--filter=tree:0', `--negotiation-tip=${acceptedCommit(pass)}`];
  try {
    const fetched = await fetchCommit(pass, offered, { flags, onProgress });
    return fetched === 'missing' ? 'rewind' : 'done';
  } catch (error) {
    if (error === rewind) return 'rewind';
    throw error;
  }
}

/** Asks for the commit itself, as the ref may have moved on; hosts that give only what a ref names get the ref. */
async function fetchCommit(
  pass: GitPass,
  offered: OfferedRevision,
  how: Omit<Wanted, 'wanted'>,
): Promise<'done' | 'missing'> {
  const fetched = await fetchObjects(pass, { ...how, wanted: [offered.commit] });
  if (fetched === 'done' || offered.wanted === offered.commit) return fetched;
  return fetchObjects(pass, { ...how, wanted: [`+${offered.wanted}:${incoming}`] });
}

/** Brings a commit and all its trees, unless they are here. Afterwards listing needs no network. */
export async function ensureTrees(pass: GitPass, offered: OfferedRevision): Promise<void> {
  const { commit } = offered;
  let known = await inspect(pass, commit);
  if (known.tree === null) {
    const flags = ['--depth=1', '--filter=blob:none'];
    if ((await fetchCommit(pass, offered, { flags })) === 'missing') throw missing(pass, commit);
    known = await inspect(pass, commit);
  }
  if (known.tree === null) throw missing(pass, commit);
  if (!known.isTreeHere) {
    const flags = negotiateFrom(known.complete);
    const fetched = await fetchObjects(pass, { flags, wanted: [known.tree] });
    if (fetched === 'missing') throw missing(pass, known.tree);
  }
  if (known.complete !== commit) await readLocal(pass, ['update-ref', completeRef, commit]);
}

function negotiateFrom(complete: string | null): readonly string[] {
  const known = complete === null ? [] : [`--negotiation-tip=${complete}`];
  return ['--filter=blob:none', ...known];
}

function missing(pass: GitPass, object: string): MayflyError {
  const { host } = pass.git;
  return createError('MAYFLY_GIT_REF_NOT_FOUND', { kind: 'object', name: object, host });
}

export interface Wanted {
  readonly flags: readonly string[];
  /** Ref specifications or object ids. */
  readonly wanted: readonly string[];
  /** How much the store may grow; `limits.bytes` when it is not given. */
  readonly maxGrowth?: number;
  readonly onProgress?: (text: string) => Error | null;
}

/** Asks the host for refs or objects, all in one request. */
export async function fetchObjects(pass: GitPass, what: Wanted): Promise<'done' | 'missing'> {
  const isNegotiated = what.flags.some((flag) => flag.startsWith('--negotiation-tip'));
  const algorithm = `fetch.negotiationAlgorithm=${isNegotiated ? 'default' : 'noop'}`;
  const fetched = await pass.git.remote({
    args: ['-c', algorithm, 'fetch', ...fetchFlags, ...what.flags, '--stdin', '--', 'origin'],
    input: `${what.wanted.join('\n')}\n`,
    maxOutput,
    growth: {
      limit: what.maxGrowth ?? pass.request.limits.bytes,
      measure: () => measureStore(pass.store),
    },
    ...(what.onProgress === undefined ? {} : { onProgress: what.onProgress }),
  });
  return fetched === 'missing' ? 'missing' : 'done';
}

/** The output of a short local command, or null when git answers that it is not so. */
async function readLocal(pass: GitPass, args: readonly string[]): Promise<string | null> {
  const tooLarge: () => Error = () =>
    createError('MAYFLY_GIT_OBJECTS_CORRUPT', { host: pass.git.host });
  const { code, output } = await pass.git.local({ args, maxOutput, tooLarge });
  return code === 0 ? Buffer.from(output).toString() : null;
}
