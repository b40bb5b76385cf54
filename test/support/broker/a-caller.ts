import type { Caller } from '#core/broker/asked.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { makeTokenIssuer } from '#test/support/issuer/make-token-issuer.ts';
import { aGithubIdentity } from '#test/support/policies/an-identity.ts';

const start = Date.UTC(2026, 0, 1);

/** A job of GitHub with a token of five minutes. */
export function aCaller(change: Partial<Caller> = {}): Caller {
  return {
    identity: aGithubIdentity(),
    issuer: makeTokenIssuer(),
    issuedAt: start,
    expiresAt: start + 300_000,
    replayKey: 'github:jti:1',
    token: SecretBytes.take(Buffer.from('aa.bb.cc')),
    ticket: null,
    ...change,
  };
}
