import { parseIdentity } from '../identity/parse-identity.ts';
import { createError } from '../errors/mayfly-error.ts';
import type { Identity } from '../identity/identity.ts';
import type { TokenReview, TokenVerifier } from '../ports/broker/token-verifier.ts';
import type { Instant } from '../ports/time.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { Caller } from './asked.ts';
import type { BrokerParts } from './broker-parts.ts';
import { isOwnToken } from './tickets/own-token.ts';

/**
 * Who has shown this token: one of an issuer, or the broker's own. Throws `unauthenticated` for one that is refused,
 * `MAYFLY_ISSUER_UNAVAILABLE` or `MAYFLY_REPLAY_UNAVAILABLE` when that cannot be told. {@link letGo} of it.
 */
export async function identify(
  { tickets, verifier }: Pick<BrokerParts, 'tickets' | 'verifier'>,
  token: SecretBytes,
  signal: AbortSignal,
): Promise<Caller> {
  if (isOwnToken(token)) {
    const caller = await tickets.find(token, signal);
    if (caller === null) throw createError('MAYFLY_BROKER_TOKEN', {});
    return caller;
  }
  return await proveCaller(verifier, { token }, signal);
}

export interface ShownToken {
  readonly token: SecretBytes;
  /** When it has to be good; now without it. */
  readonly at?: Instant;
}

/** Who a token of an issuer was made for. Throws what {@link TokenVerifier.verify} does. */
export async function proveCaller(
  verifier: TokenVerifier,
  { token, at }: ShownToken,
  signal: AbortSignal,
): Promise<Caller> {
  const { issuer, claims, ...rest } = await verifier.verify(token, signal, at);
  const { issuedAt, expiresAt, replayKey } = rest;
  const identity = parseIdentity(issuer, claims);
  return { identity, issuer, issuedAt, expiresAt, replayKey, token, ticket: null };
}

/** Wipes what was looked up for one request. The token that was shown is wiped by who answers. */
export function letGo({ ticket, token }: Pick<Caller, 'ticket' | 'token'>): void {
  if (ticket !== null) token?.wipe();
}

/** Whether the API server of our own cluster knows the caller; of nobody else it is asked. */
export function isReviewed({ issuer }: Pick<Caller, 'issuer'>): boolean {
  return issuer.keys.kind === 'cluster';
}

/**
 * Whether the pod of a token of our own cluster still lives, as the API server says; true for everybody else. Throws
 * `MAYFLY_KUBE_…` when it cannot be asked.
 */
export async function isAlive(
  { reviewer, options }: Pick<BrokerParts, 'reviewer' | 'options'>,
  caller: Caller,
  signal: AbortSignal,
): Promise<boolean> {
  if (!isReviewed(caller)) return true;
  const { token, issuer } = caller;
  if (reviewer === null || token === null) return false;
  const asked = issuer.audiences.length === 0 ? [options.audience] : issuer.audiences;
  const review = await reviewer.review(token, asked, signal);
  return review !== null && isSamePod(review, caller.identity);
}

function isSamePod({ username, podUid }: TokenReview, { pod }: Identity): boolean {
  if (pod === null || podUid !== (pod.pod?.uid ?? null)) return false;
  return username === `system:serviceaccount:${pod.namespace}:${pod.serviceAccount}`;
}
