import type { Instant } from '../time.ts';

/** The time of the API server, learned from the `Date` of its answers. */
export interface ServerTime {
  /** How far the server's clock is ahead of ours, in ms; null until an answer was read. Its grain is a second. */
  skewMs(): number | null;
  /** The server's time, as far as known; ours before the first answer. */
  now(): Instant;
}
