import {
  createTokenVerifier,
  type OidcVerifier,
  type TokenVerifierDeps,
} from '#adapters/identity/oidc/create-token-verifier.ts';
import type { VerifiedToken } from '#core/ports/broker/token-verifier.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { brokerAudience } from './real-claims.ts';

/** A verifier of tokens as texts, at a time that moves when told. */
export interface VerifierUnderTest extends Pick<OidcVerifier, 'close'> {
  readonly clock: FakeClock;
  verify(token: string): Promise<VerifiedToken>;
}

export function createVerifierUnderTest(
  issuers: TokenVerifierDeps['issuers'],
  change: Partial<TokenVerifierDeps> = {},
): VerifierUnderTest {
  const clock = createFakeClock();
  const verifier = createTokenVerifier({
    clock,
    random: createFakeRandom(),
    digest: plainDigest,
    cluster: null,
    issuers,
    ownAudience: brokerAudience,
    ...change,
  });
  return {
    clock,
    verify: async (token) => {
      const bytes = SecretBytes.take(Buffer.from(token));
      try {
        return await verifier.verify(bytes, AbortSignal.timeout(20_000));
      } finally {
        bytes.wipe();
      }
    },
    close: () => verifier.close(),
  };
}
