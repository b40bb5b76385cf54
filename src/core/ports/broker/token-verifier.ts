import type { TokenIssuer } from '../../api/token-issuer.ts';
import type { Claims } from '../../identity/identity.ts';
import type { SecretBytes } from '../../secret/secret-bytes.ts';
import type { Instant } from '../time.ts';

/** A token whose signature, issuer, audience, times and shape were checked. */
export interface VerifiedToken {
  readonly issuer: TokenIssuer;
  readonly claims: Claims;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  /**
   * What its uses are counted under: name of the TokenIssuer and `jti`, or the digest of `header.payload`; never of the
   * signature, which has two valid forms with ECDSA.
   */
  readonly replayKey: string;
}

/** Proves who made a token and for whom. */
export interface TokenVerifier {
  /**
   * Throws `MAYFLY_TOKEN_…` of kind `unauthenticated` for a token that is refused, before any network call when its
   * issuer is not known; `MAYFLY_ISSUER_UNAVAILABLE` when the keys of the issuer cannot be had. Nothing of the token is
   * in the error. The caller wipes the token. `at` is when it has to be good, now without it.
   */
  verify(token: SecretBytes, signal: AbortSignal, at?: Instant): Promise<VerifiedToken>;
}

/** What the API server says of a token of a service account (TokenReview). */
export interface TokenReview {
  readonly podUid: string | null;
  /** `system:serviceaccount:NAMESPACE:NAME`. */
  readonly username: string;
}

export interface TokenReviewer {
  /**
   * Null when the API server does not accept the token for one of these audiences: as when its pod is gone, or 60 s
   * after the deletion timestamp of one that is still there.
   * Throws `MAYFLY_KUBE_…` when it cannot be asked.
   */
  review(
    token: SecretBytes,
    audiences: readonly string[],
    signal: AbortSignal,
  ): Promise<TokenReview | null>;
}
