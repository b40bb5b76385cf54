import type { ErrorCode } from '../errors/catalogue.ts';

/**
 * How a reconcile ended. A thrown {@link MayflyError} is the fourth way: failed. Only `platform/reconcile`
 * turns an outcome into a requeue, a condition, an event, a metric and a log line.
 *
 * A reconciler writes its own status fields itself and leaves `conditions` and `observedGeneration` as it finds
 * them; whoever turns the outcome into conditions reads the object anew and writes only when they differ. So
 * messages hold nothing that changes from pass to pass (no commit, no instant).
 */
export type Outcome =
  | { readonly kind: 'done'; readonly note: OutcomeNote }
  | { readonly kind: 'again'; readonly afterMs: number; readonly note: OutcomeNote }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      readonly afterMs?: number;
    };

export interface OutcomeNote {
  /** CamelCase reason of the Ready condition. */
  readonly reason: string;
  readonly message: string;
  /** Whether anything was written: only a change is logged at info and raises an event. */
  readonly changed: boolean;
  /** The Ready condition; `True` unless told: `Unknown` while something is waited for. */
  readonly ready?: 'True' | 'Unknown';
}
