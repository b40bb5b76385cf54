import type { Instant } from '../ports/time.ts';

/** Clocks that differ by more than this are not believed alone, in milliseconds. */
const skewLimitMs = 60_000;

/** The present, as two clocks tell it. */
export interface TwoClocks {
  /** The API server's, by which leases are counted. */
  readonly server: Instant;
  readonly local: Instant;
}

/** How the clocks go with each other. A lease that ends after `certain` is over for no one. */
export interface SkewDecision {
  readonly kind: 'agreed' | 'apart';
  readonly certain: Instant;
}

/** The instant up to which leases are over: the server's, or when the clocks are apart what both have reached. */
export function decideSkew({ server, local }: TwoClocks): SkewDecision {
  if (Math.abs(server - local) <= skewLimitMs) return { kind: 'agreed', certain: server };
  return { kind: 'apart', certain: Math.min(server, local) };
}
