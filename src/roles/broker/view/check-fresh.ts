import type { KindName } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { ReflectorHealth } from '#core/ports/kube/reflector.ts';
import type { Clock, Instant } from '#core/ports/time.ts';

/** Without a word of the API server for so long, nobody knows what was taken back meanwhile. */
const freshMs = 60_000;

/** Throws `MAYFLY_BROKER_STALE` when what changed of a kind could not be read for a minute; null: nothing is missing. */
export function checkRead(kind: KindName, missingSince: Instant | null, clock: Clock): void {
  if (missingSince === null || clock.now() - missingSince <= freshMs) return;
  const reason = `what changed of ${kind} could not be read for a minute`;
  throw createError('MAYFLY_BROKER_STALE', { reason });
}

/** Throws `MAYFLY_BROKER_STALE` unless everything was listed and the API server was heard of within a minute. */
export function checkFresh({ synced, heardAt }: ReflectorHealth, clock: Clock): void {
  const isFresh = synced && heardAt !== null && clock.now() - heardAt <= freshMs;
  if (isFresh) return;
  const reason = synced ? 'the API server was not heard of for a minute' : 'not listed yet';
  throw createError('MAYFLY_BROKER_STALE', { reason });
}
