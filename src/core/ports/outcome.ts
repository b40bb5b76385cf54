import type { ErrorCode } from '../errors/catalogue.ts';

/**
 * How a reconcile ended. A thrown {@link MayflyError} is the fourth way: failed. Only `platform/reconcile`
 * turns an outcome into a requeue, a condition, an event, a metric and a log line.
 *
 * `status` holds the kind's own status fields (not `conditions`, not `observedGeneration`): they are written in
 * one write together with the conditions, and only when something differs. So messages hold nothing that changes
 * from pass to pass (no commit, no instant). Absent leaves the fields as they are, also for a reconciler that
 * writes them itself.
 */
export type Outcome =
  | { readonly kind: 'done'; readonly note: OutcomeNote; readonly status?: object }
  | {
      readonly kind: 'again';
      readonly afterMs: number;
      readonly note: OutcomeNote;
      readonly status?: object;
    }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      readonly afterMs?: number;
      readonly status?: object;
    }
  /** Nothing can be decided yet, for example just after a start: status and conditions stay as they are. */
  | { readonly kind: 'waiting'; readonly afterMs: number }
  /** The object no longer exists and all that it left is cleared away: it is forgotten. */
  | { readonly kind: 'gone' };

export interface OutcomeNote {
  /** CamelCase reason of the Ready condition. */
  readonly reason: string;
  readonly message: string;
  /** Whether anything was written: only a change is logged at info and raises an event. */
  readonly changed: boolean;
  /** The Ready condition; `True` unless told: `Unknown` while something is waited for. */
  readonly ready?: 'True' | 'Unknown';
}

/** What an outcome says about an object's conditions; the rest of them follows from what they were. */
export interface Verdict {
  readonly ready: 'True' | 'False' | 'Unknown';
  /** Waiting to be tried again, so the present state is not the last word. */
  readonly reconciling: boolean;
  /** Nothing will change until a person changes something. */
  readonly stalled: boolean;
  /** CamelCase, one word. */
  readonly reason: string;
  readonly message: string;
}
