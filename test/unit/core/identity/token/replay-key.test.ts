import { describe, expect, it } from '@jest/globals';
import { parseToken } from '#core/identity/token/parse-token.ts';
import { renderReplayKey } from '#core/identity/token/replay-key.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';
import { createSigningKey, flipSignature, signToken } from '#test/support/issuer/signing-key.ts';

const key = createSigningKey('key-1', 'ES256');

function replayKeyOf(token: string, issuer = 'github'): string {
  return renderReplayKey(issuer, parseToken(Buffer.from(token)), plainDigest);
}

describe('the key of a replay record', () => {
  it('is the TokenIssuer and jti', () => {
    const token = signToken(key, { claims: { jti: 'j-1' } });
    expect(replayKeyOf(token)).toBe('github:jti:j-1');
    expect(replayKeyOf(token, 'github-eu')).not.toBe(replayKeyOf(token));
  });

  it('is the same for a jti, whatever else the token says', () => {
    const [one, other] = ['a', 'b'].map((sub) => signToken(key, { claims: { jti: 'j-1', sub } }));
    expect(replayKeyOf(one ?? '')).toBe(replayKeyOf(other ?? ''));
  });

  it('is the digest of what is signed where there is no jti, and of nothing else', () => {
    const token = signToken(key, { claims: { sub: 'a' } });
    expect(flipSignature(token)).not.toBe(token);
    expect(replayKeyOf(flipSignature(token))).toBe(replayKeyOf(token));
    expect(replayKeyOf(token)).toMatch(/^github:sha256:[0-9a-f]{64}$/u);
    expect(replayKeyOf(signToken(key, { claims: { sub: 'b' } }))).not.toBe(replayKeyOf(token));
  });
});
