import type { MayflyError } from '#core/errors/mayfly-error.ts';
import type { Instant } from '#core/ports/time.ts';

export interface PassResult {
  /** When the next pass is due, if nothing happens before. */
  readonly nextAt: Instant;
  /** What is wrong and was worked around; the same ones until somebody changes something. */
  readonly problems: readonly MayflyError[];
  /** Until when certificates are valid. */
  readonly ends: readonly { readonly name: string; readonly notAfter: Instant }[];
}

/** One look at everything, and what follows from it. Throws what another try may heal. */
export type CertsPass = (signal: AbortSignal) => Promise<PassResult>;
