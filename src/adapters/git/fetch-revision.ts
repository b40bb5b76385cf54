import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import {
  chooseRevision,
  parseListedRefs,
  renderRefPatterns,
  type OfferedRevision,
} from '#core/git/choose-revision.ts';
import { decideRevision } from '#core/git/decide-revision.ts';
import { isUnfiltered, parseAnnouncedObjects } from '#core/git/git-failure.ts';
import type { GitFetchResult } from '#core/ports/git-repository.ts';
import { readLocal, runRemote } from './git-client.ts';
import type { GitPass } from './git-pass.ts';

const maxRefsBytes = 8 * 1024 * 1024;
const incoming = 'refs/mayfly/incoming';
/** The newest commit whose trees are all here: what the host may take as known. */
const complete = 'refs/mayfly/complete';

/** Asks the host what the ref is now; the repository's objects are not touched. */
export async function listOffered(pass: GitPass): Promise<OfferedRevision> {
  const { context, request } = pass;
  const { host } = context;
  const patterns = renderRefPatterns(request.ref);
  if (patterns.length === 0) return chooseRevision(request.ref, [], host);
  const args = ['ls-remote', '--', 'origin', ...patterns];
  const result = await runRemote(context, await pass.session(), { args, maxOutput: maxRefsBytes });
  const output = result.kind === 'done' ? result.stdout.toString() : '';
  return chooseRevision(request.ref, parseListedRefs(output), host);
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
      await ensureTrees(pass, offered.commit, offered.wanted);
      return { kind: 'accepted', revision, rewound: false };
    case 'refuse':
      if (request.history !== 'Any') throw step.error;
      await ensureTrees(pass, offered.commit, offered.wanted);
      return { kind: 'accepted', revision, rewound: true };
    case 'prove': {
      const rewind = await proveDescent(pass, offered);
      if (rewind !== null && request.history !== 'Any') throw rewind;
      await ensureTrees(pass, offered.commit, offered.wanted);
      return { kind: 'accepted', revision, rewound: rewind !== null };
    }
  }
}

/** Null when the offered commit descends from the accepted one, within the budget of commits. */
async function proveDescent(pass: GitPass, offered: OfferedRevision): Promise<MayflyError | null> {
  const accepted = pass.request.accepted?.commit ?? '';
  const rewind = createError('MAYFLY_GIT_REWIND', { offered: offered.commit, accepted });
  if (!(await hasObject(pass, accepted))) {
    const fetched = await fetchObjects(pass, {
      flags: ['--depth=1', '--filter=tree:0'],
      wanted: [accepted],
    });
    if (fetched === 'missing') return rewind;
  }
  if (!(await hasObject(pass, offered.commit))) {
    const outcome = await fetchCommits(pass, offered, rewind);
    if (outcome === 'rewind') return rewind;
  }
  const args = ['merge-base', '--is-ancestor', accepted, offered.commit];
  return (await readLocal(pass.context, args)) === null ? rewind : null;
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
  const onProgress = (text: string): Error | null => {
    progress = (progress + text).slice(-8192);
    const announced = isUnfiltered(progress) ? null : parseAnnouncedObjects(progress);
    return announced !== null && announced > pass.request.limits.commits ? rewind : null;
  };
  try {
    const fetched = await fetchObjects(pass, {
      flags: ['--filter=tree:0', `--negotiation-tip=${pass.request.accepted?.commit ?? ''}`],
      wanted: [`+${offered.wanted}:${incoming}`],
      onProgress,
    });
    return fetched === 'missing' ? 'rewind' : 'done';
  } catch (error) {
    if (error === rewind) return 'rewind';
    throw error;
  }
}

/** Brings a commit and all its trees, unless they are here. Afterwards listing needs no network. */
export async function ensureTrees(pass: GitPass, commit: string, wanted: string): Promise<void> {
  if (!(await hasObject(pass, commit))) {
    const source = wanted === commit ? commit : `+${wanted}:${incoming}`;
    const fetched = await fetchObjects(pass, {
      flags: ['--depth=1', '--filter=blob:none'],
      wanted: [source],
    });
    if (fetched === 'missing') throw missing(pass, commit);
  }
  const tree = await readTreeId(pass, commit);
  if (!(await hasObject(pass, tree))) {
    const fetched = await fetchObjects(pass, {
      flags: await negotiateFromComplete(pass),
      wanted: [tree],
    });
    if (fetched === 'missing') throw missing(pass, tree);
  }
  await readLocal(pass.context, ['update-ref', complete, commit]);
}

async function negotiateFromComplete(pass: GitPass): Promise<readonly string[]> {
  const known = await readLocal(pass.context, ['rev-parse', '--verify', '--quiet', complete]);
  return known === null
    ? ['--filter=blob:none']
    : ['--filter=blob:none', `--negotiation-tip=${known.trim()}`];
}

async function readTreeId(pass: GitPass, commit: string): Promise<string> {
  const text = await readLocal(pass.context, ['cat-file', 'commit', commit]);
  const tree = /^tree ([0-9a-f]{40})\n/u.exec(text ?? '')?.[1];
  if (tree === undefined) throw missing(pass, commit);
  return tree;
}

function missing(pass: GitPass, object: string): MayflyError {
  const { host } = pass.context;
  return createError('MAYFLY_GIT_REF_NOT_FOUND', { kind: 'object', name: object, host });
}

async function hasObject(pass: GitPass, id: string): Promise<boolean> {
  return (await readLocal(pass.context, ['cat-file', '-e', id])) !== null;
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
  const fixed = ['--progress', '--no-tags', '--no-write-fetch-head', '--no-auto-gc', '--force'];
  const isNegotiated = what.flags.some((flag) => flag.startsWith('--negotiation-tip'));
  const result = await runRemote(pass.context, await pass.session(), {
    args: [
      '-c',
      `fetch.negotiationAlgorithm=${isNegotiated ? 'default' : 'noop'}`,
      ...['fetch', ...fixed, ...what.flags, '--stdin', '--', 'origin'],
    ],
    input: `${what.wanted.join('\n')}\n`,
    maxGrowth: what.maxGrowth ?? pass.request.limits.bytes,
    ...(what.onProgress === undefined ? {} : { onProgress: what.onProgress }),
  });
  return result.kind;
}
