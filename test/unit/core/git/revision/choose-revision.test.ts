import { describe, expect, it } from '@jest/globals';
import {
  chooseRevision,
  parseListedRefs,
  renderRefPatterns,
} from '#core/git/revision/choose-revision.ts';
import { expectCode } from '#test/support/expect-code.ts';

const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
const c = 'c'.repeat(40);

describe('the question for a ref', () => {
  it('asks for exactly the branch or tag, and for all tags with a range', () => {
    expect(renderRefPatterns({ kind: 'branch', name: 'team/main' })).toEqual([
      'refs/heads/team/main',
    ]);
    expect(renderRefPatterns({ kind: 'tag', name: 'v1' })).toEqual([
      'refs/tags/v1',
      'refs/tags/v1^{}',
    ]);
    expect(renderRefPatterns({ kind: 'semver', range: '1.x' })).toEqual(['refs/tags/*']);
    expect(renderRefPatterns({ kind: 'commit', id: a })).toEqual([]);
  });

  it.each([
    '',
    '-u',
    '--upload-pack=x',
    'a..b',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[',
    'a\\b',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.',
    'a./b',
    'a.lock',
    'a.lock/b',
    'a@{1}',
    'a\nb',
    'a\u0000b',
    'a'.repeat(300),
  ])('refuses the name %j', async (name) => {
    await expectCode(() => renderRefPatterns({ kind: 'branch', name }), 'MAYFLY_GIT_REF_INVALID');
    await expectCode(() => renderRefPatterns({ kind: 'tag', name }), 'MAYFLY_GIT_REF_INVALID');
  });

  it('refuses an abbreviated commit and a range that cannot be read', async () => {
    await expectCode(
      () => renderRefPatterns({ kind: 'commit', id: 'abc123' }),
      'MAYFLY_GIT_REF_INVALID',
    );
    await expectCode(
      () => renderRefPatterns({ kind: 'semver', range: 'latest' }),
      'MAYFLY_GIT_SEMVER_INVALID',
    );
    await expectCode(
      () => chooseRevision({ kind: 'semver', range: 'latest' }, [], 'host'),
      'MAYFLY_GIT_SEMVER_INVALID',
    );
  });
});

describe('the answer for a ref', () => {
  const output = [
    `${a}\trefs/heads/main`,
    `${c}\trefs/heads/refs/heads/main`,
    `${b}\trefs/tags/v1.0.0`,
    `${c}\trefs/tags/v1.0.0^{}`,
    `${a}\trefs/tags/v1.1.0`,
    `${a}\trefs/tags/1.1.0`,
    `${b}\trefs/tags/nightly`,
    'warning: nothing to see',
    'zzz\trefs/heads/main',
    '',
  ].join('\n');
  const listed = parseListedRefs(output);

  it('takes the branch of exactly this name', () => {
    const chosen = chooseRevision({ kind: 'branch', name: 'main' }, listed, 'host');
    expect(chosen).toEqual({ commit: a, wanted: 'refs/heads/main' });
  });

  it('follows an annotated tag to its commit', () => {
    const chosen = chooseRevision({ kind: 'tag', name: 'v1.0.0' }, listed, 'host');
    expect(chosen).toEqual({ commit: c, tag: 'v1.0.0', wanted: 'refs/tags/v1.0.0' });
  });

  it('takes the highest version of a range, the same one whatever the order', () => {
    for (const refs of [listed, listed.toReversed()]) {
      const chosen = chooseRevision({ kind: 'semver', range: '1.x' }, refs, 'host');
      expect(chosen).toEqual({ commit: a, tag: '1.1.0', wanted: 'refs/tags/1.1.0' });
    }
  });

  it('takes a commit as it is', () => {
    const chosen = chooseRevision({ kind: 'commit', id: b }, [], 'host');
    expect(chosen).toEqual({ commit: b, wanted: b });
  });

  it('says what is not there', async () => {
    await expectCode(
      () => chooseRevision({ kind: 'branch', name: 'gone' }, listed, 'host'),
      'MAYFLY_GIT_REF_NOT_FOUND',
    );
    await expectCode(
      () => chooseRevision({ kind: 'tag', name: 'gone' }, listed, 'host'),
      'MAYFLY_GIT_REF_NOT_FOUND',
    );
    await expectCode(
      () => chooseRevision({ kind: 'semver', range: '>=2' }, listed, 'host'),
      'MAYFLY_GIT_SEMVER_NO_MATCH',
    );
  });
});
