import { describe, expect, it } from '@jest/globals';
import { isPushEvent, parsePushHookClaim } from '#core/git/push-hook.ts';

const hex = 'ab'.repeat(32);

describe('the proof of a push hook', () => {
  it.each([
    ['github', { 'x-hub-signature-256': `sha256=${hex}` }, { kind: 'hmac', hex }],
    ['generic', { 'x-signature': `sha256=${hex}` }, { kind: 'hmac', hex }],
    ['gitlab', { 'x-gitlab-token': 'secret' }, { kind: 'token', token: 'secret' }],
    ['github', {}, null],
    ['github', { 'x-hub-signature': `sha1=${hex}` }, null],
    ['github', { 'x-hub-signature-256': hex }, null],
    ['github', { 'x-hub-signature-256': `sha256=${hex.toUpperCase()}` }, null],
    ['github', { 'x-hub-signature-256': `sha256=${hex}0` }, null],
    ['github', { 'x-hub-signature-256': [`sha256=${hex}`] }, null],
    ['github', { 'x-signature': `sha256=${hex}` }, null],
    ['gitlab', { 'x-gitlab-token': '' }, null],
    ['gitlab', { 'x-gitlab-token': 'x'.repeat(1025) }, null],
    ['gitlab', { 'x-hub-signature-256': `sha256=${hex}` }, null],
  ] as const)('%s reads %j', (type, headers, claim) => {
    expect(parsePushHookClaim(type, headers)).toEqual(claim);
  });
});

describe('the event of a push hook', () => {
  it.each([
    ['github', { 'x-github-event': 'push' }, true],
    ['github', { 'x-github-event': 'ping' }, false],
    ['github', {}, false],
    ['gitlab', { 'x-gitlab-event': 'Tag Push Hook' }, true],
    ['gitlab', { 'x-gitlab-event': 'Issue Hook' }, false],
    ['generic', {}, true],
  ] as const)('of %s with %j: %s', (type, headers, expected) => {
    expect(isPushEvent(type, headers)).toBe(expected);
  });
});
