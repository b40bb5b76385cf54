import { describe, expect, it } from '@jest/globals';
import { parseIdentity } from '#core/identity/parse-identity.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createRealIssuer } from '#test/support/issuer/create-real-issuer.ts';
import { makeTokenIssuer } from '#test/support/issuer/make-token-issuer.ts';
import { brokerAudience } from '#test/support/issuer/real-claims.ts';
import { createVerifierUnderTest } from '#test/support/issuer/verifier-under-test.ts';

describe('an issuer that is not ours', () => {
  it.each(['RS256', 'ES256', 'EdDSA'])('makes tokens that are verified: %s', async (alg) => {
    const issuer = await createRealIssuer(brokerAudience, alg);
    const { url, caPem: ca } = issuer;
    const from = { kind: 'generic', issuer: url, ca, allowPrivateAddress: true } as const;
    const issuers = [makeTokenIssuer({ ...from, algorithms: [alg] })];
    const clock = createSystemClock();
    const verifier = createVerifierUnderTest(() => issuers, { clock });
    const token = await issuer.requestToken('machine-7');
    const verified = await verifier.verify(token);
    expect(parseIdentity(verified.issuer, verified.claims)).toMatchObject({
      kind: 'generic',
      subject: 'machine-7',
    });
    const other = createVerifierUnderTest(() => issuers, { clock, ownAudience: 'https://other' });
    await expectCode(other.verify(token), 'MAYFLY_TOKEN_AUDIENCE');
    verifier.close();
    await issuer.close();
  });
});
