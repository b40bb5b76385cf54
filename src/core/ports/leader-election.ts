/** One of many processes leads, by a Lease of `coordination.k8s.io`. */
export interface LeaderElection {
  /** Resolves when this process leads; rejects with the reason of the signal. */
  untilLeading(signal: AbortSignal): Promise<void>;
  /**
   * Whether this process may write now. False from the moment at which another one could lead, by a clock that no
   * change of the wall clock touches, also when nothing was heard of the API server.
   */
  isLeading(): boolean;
  /** Aborted when leading was lost. */
  readonly lost: AbortSignal;
  /** Gives the Lease back, so that the next one need not wait. */
  release(): Promise<void>;
}
