import { createError, type MayflyError } from '../../errors/mayfly-error.ts';
import type { AcceptedRevision, GitRef } from '../../ports/git/git-repository.ts';
import { compareVersions, parseVersion } from './semver.ts';

/**
 * What an offered revision needs before it is accepted: nothing because it is the accepted one; its content
 * alone; or the proof that it descends from the accepted commit. `refuse` stands unless all history is allowed.
 */
export type RevisionStep =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'take' }
  | { readonly kind: 'prove' }
  | { readonly kind: 'refuse'; readonly error: MayflyError };

/** Tags and pinned commits do not have to descend from each other; branches do. */
export function decideRevision(
  ref: GitRef,
  accepted: AcceptedRevision | null,
  offered: AcceptedRevision,
): RevisionStep {
  if (accepted === null || ref.kind === 'commit') {
    return accepted?.commit === offered.commit ? { kind: 'unchanged' } : { kind: 'take' };
  }
  if (ref.kind === 'branch') {
    return { kind: accepted.commit === offered.commit ? 'unchanged' : 'prove' };
  }
  return decideTag(accepted, offered);
}

function decideTag(accepted: AcceptedRevision, offered: AcceptedRevision): RevisionStep {
  const offeredTag = offered.tag ?? '';
  if (accepted.tag === undefined) return { kind: 'take' };
  if (accepted.tag === offeredTag) {
    if (accepted.commit === offered.commit) return { kind: 'unchanged' };
    const params = { tag: offeredTag, accepted: accepted.commit, offered: offered.commit };
    return { kind: 'refuse', error: createError('MAYFLY_GIT_TAG_MOVED', params) };
  }
  return isLower(offeredTag, accepted.tag)
    ? {
        kind: 'refuse',
        error: createError('MAYFLY_GIT_SEMVER_LOWER', {
          offered: offeredTag,
          accepted: accepted.tag,
        }),
      }
    : { kind: 'take' };
}

function isLower(offered: string, accepted: string): boolean {
  const [left, right] = [parseVersion(offered), parseVersion(accepted)];
  return left !== null && right !== null && compareVersions(left, right) < 0;
}
