import type { MayflyError } from '#core/errors/mayfly-error.ts';
import { renewAt } from '#core/lease/lease-window.ts';
import type { Instant } from '#core/ports/time.ts';
import { isLastingFailure } from '#core/sync/lasting-failure.ts';
import type { Announcement } from '../perform/announce-change.ts';
import type { HeldSecret } from '../pass-record.ts';
import type { Pass } from '../pass.ts';

const afterConflictMs = 1_000;
const afterTransientMs = 15_000;
/** Keys and hooks appear without a word, and what stands in the way may go. */
const afterRefusalMs = 60_000;
const afterExpiryMs = 1_000;
const shortestMs = 100;

/** When the object is to be looked at again although nothing happens, in milliseconds; null for never. */
export function decideNextMs(pass: Pass, { failure, waitMs }: Announcement): number | null {
  const { now } = pass.input;
  const waits = [
    ...[...pass.record.secrets.values()].map((secret) => nextOf(pass, secret) - now),
    ...[...pass.record.secrets.keys()].flatMap((name) => lingerOf(pass, name)),
    ...[...pass.record.transient, ...(failure === null ? [] : [failure])].map(waitAfter),
    ...(waitMs === null ? [] : [waitMs]),
    ...(mayHealSilently(pass) ? [afterRefusalMs] : []),
  ];
  if (waits.length === 0) return null;
  return Math.max(
    shortestMs,
    waits.reduce((least, wait) => Math.min(least, wait)),
  );
}

/** The end of its time without a pod. */
function lingerOf({ input: { usage, now } }: Pass, name: string): readonly number[] {
  const until = usage?.lingersUntil(name) ?? null;
  return until === null ? [] : [until - now];
}

/** The renewal, or the end, of one lease. */
function nextOf({ input }: Pass, { lease }: HeldSecret): Instant {
  const { standing, terms, now, spec } = input;
  const isRenewed =
    spec.suspend || ['verified', 'suspended', 'unreachable'].includes(standing.event.kind);
  const renewal = renewAt(lease);
  if (isRenewed && terms.lifetime !== 'Once' && renewal > now) return renewal;
  // The sweep deletes it, and has the object looked at then.
  return lease.expiresAt > now ? lease.expiresAt + afterExpiryMs : now + afterRefusalMs;
}

function waitAfter({ retry, retryAfterMs }: MayflyError): number {
  if (retry === 'never') return afterRefusalMs;
  return retryAfterMs ?? (retry === 'soon' ? afterConflictMs : afterTransientMs);
}

function mayHealSilently({ keys, record }: Pass): boolean {
  return (
    keys.missing.length > 0 ||
    [...record.failures.values()].some(({ code }) => !isLastingFailure(code))
  );
}
