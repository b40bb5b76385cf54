import type { TokenUse, UseVerdict } from '../ports/broker/replay-store.ts';
import { encodeText } from '../format/utf8.ts';
import { tokenSkewMs } from '../identity/token/check-claims.ts';
import { formatReference } from '../reference/reference.ts';
import type { Asked, Caller } from './asked.ts';
import type { BrokerParts } from './broker-parts.ts';

/** A use of a token that was counted; null for tokens that are not. */
export type CountedUse = { readonly use: TokenUse; readonly verdict: UseVerdict } | null;

/** No digest: nothing was ever counted under it. */
const nothing = '';

/** Counts a use before anything leaves for it. Throws `MAYFLY_REPLAY_UNAVAILABLE`. */
export async function takeUse(
  { replay, digest }: Pick<BrokerParts, 'replay' | 'digest'>,
  { asked, caller }: { readonly asked: Asked; readonly caller: Caller },
  signal: AbortSignal,
): Promise<CountedUse> {
  const limit = limitOf(caller);
  if (limit === null) return null;
  const request = digest.sha256Hex(encodeText(renderRequest(asked)));
  const until = caller.expiresAt + tokenSkewMs;
  const { replayKey: key, issuedAt } = caller;
  const use = { key, issuedAt, request, limit, until };
  return { use, verdict: await replay.take(use, signal) };
}

/**
 * Gives a use back when nothing left for it; what cannot be given back stays used. One that was refused is none of
 * this request: then as much is done, on nothing.
 */
export async function releaseUse(
  { replay }: Pick<BrokerParts, 'replay'>,
  counted: CountedUse,
): Promise<void> {
  if (counted === null) return;
  const { use, verdict } = counted;
  const isCounted = verdict === 'first' || verdict === 'again';
  const given = isCounted ? use : { ...use, request: nothing };
  // Also when the request itself has no more time.
  await replay.release(given, new AbortController().signal).catch(() => undefined);
}

/** How often a token is used; null for as often as one likes. The broker's own was counted when it was issued. */
function limitOf({ issuer, identity, ticket }: Caller): number | null {
  if (ticket !== null) return null;
  switch (issuer.replay) {
    case 'Once':
      return 1;
    case 'PerJob':
      return identity.unit === null ? 1 : issuer.usesPerJob;
    case 'Liveness':
    case 'None':
      return null;
  }
}

/** The same text for the same request: the order of the references says nothing. */
function renderRequest({ event, policy, wanted, ttlMs }: Asked): string {
  const values = wanted.map(({ name, reference }) => [name, formatReference(reference)]);
  return JSON.stringify([event, policy, values.map((each) => each.join('\n')).toSorted(), ttlMs]);
}
