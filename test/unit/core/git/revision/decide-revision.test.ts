import { describe, expect, it } from '@jest/globals';
import { decideRevision } from '#core/git/revision/decide-revision.ts';
import type { GitRef } from '#core/ports/git/git-repository.ts';

const one = '1'.repeat(40);
const two = '2'.repeat(40);
const branch: GitRef = { kind: 'branch', name: 'main' };
const tag: GitRef = { kind: 'tag', name: 'v1.0.0' };
const semver: GitRef = { kind: 'semver', range: '1.x' };

describe('an offered revision', () => {
  it.each([
    ['a branch at first sight', branch, null, { commit: one }, 'take'],
    ['a branch that stands still', branch, { commit: one }, { commit: one }, 'unchanged'],
    ['a branch that moved', branch, { commit: one }, { commit: two }, 'prove'],
    ['a pinned commit at first sight', { kind: 'commit', id: one }, null, { commit: one }, 'take'],
    [
      'the same pinned commit',
      { kind: 'commit', id: one },
      { commit: one },
      { commit: one },
      'unchanged',
    ],
    [
      'another pinned commit',
      { kind: 'commit', id: two },
      { commit: one },
      { commit: two },
      'take',
    ],
    [
      'the same tag',
      tag,
      { commit: one, tag: 'v1.0.0' },
      { commit: one, tag: 'v1.0.0' },
      'unchanged',
    ],
    ['a tag after a branch', tag, { commit: one }, { commit: two, tag: 'v1.0.0' }, 'take'],
    [
      'a higher tag',
      semver,
      { commit: one, tag: 'v1.0.0' },
      { commit: two, tag: 'v1.1.0' },
      'take',
    ],
    [
      'a tag that is no version',
      tag,
      { commit: one, tag: 'nightly' },
      { commit: two, tag: 'v1.0.0' },
      'take',
    ],
  ] as const)('of %s', (...[, ref, accepted, offered, kind]) => {
    expect(decideRevision(ref, accepted, offered)).toEqual({ kind });
  });

  it('of a moved tag is refused', () => {
    const step = decideRevision(
      tag,
      { commit: one, tag: 'v1.0.0' },
      { commit: two, tag: 'v1.0.0' },
    );
    expect(step).toMatchObject({ kind: 'refuse', error: { code: 'MAYFLY_GIT_TAG_MOVED' } });
  });

  it('of a lower version is refused', () => {
    const step = decideRevision(
      semver,
      { commit: one, tag: 'v1.1.0' },
      { commit: two, tag: 'v1.0.9' },
    );
    expect(step).toMatchObject({ kind: 'refuse', error: { code: 'MAYFLY_GIT_SEMVER_LOWER' } });
  });
});
