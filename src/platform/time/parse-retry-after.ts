import type { Instant } from '#core/ports/time.ts';

const longestRetryAfterMs = 60_000;

/** How many milliseconds the server asks to wait: at most a minute. Undefined when it does not ask. */
export function parseRetryAfter(text: string | undefined, now: Instant): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{1,6}$/u.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestRetryAfterMs);
}
