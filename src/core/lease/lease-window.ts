import type { Instant } from '../ports/time.ts';

/** A lease in time: the right for a value to exist from one instant up to, but without, the other. */
export interface LeaseWindow {
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
}

/** A lease that begins now. */
export function openWindow(now: Instant, ttlMs: number): LeaseWindow {
  return { issuedAt: now, expiresAt: now + ttlMs };
}

/** When a lease is to be renewed: after two thirds of it, always before its end. */
export function renewAt({ issuedAt, expiresAt }: LeaseWindow): Instant {
  return issuedAt + Math.floor(((expiresAt - issuedAt) * 2) / 3);
}

/** Whether the lease is over. Never true early. */
export function isExpired({ expiresAt }: LeaseWindow, now: Instant): boolean {
  return now >= expiresAt;
}

/** Whether it is time to renew: two thirds are over, or the lease is longer than is now allowed. */
export function isDue(window: LeaseWindow, ttlMs: number, now: Instant): boolean {
  return now >= renewAt(window) || window.expiresAt > now + ttlMs;
}
