/** One of many processes leads, by a Lease of `coordination.k8s.io`. */
export interface LeaderElection {
  /** Tries to lead, and renews the Lease while it does, until the signal ends it or leading is lost or given back. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when this process leads; rejects with the reason of the signal, or when it will never lead any more. */
  untilLeading(signal: AbortSignal): Promise<void>;
  /**
   * Whether this process may write now. False from the moment at which another one could lead, by a clock that no
   * change of the wall clock touches, also when nothing was heard of the API server.
   */
  isLeading(): boolean;
  /** Aborted when leading was lost, for good: only a new process may lead again. Not by `release`. */
  readonly lost: AbortSignal;
  /** Stops leading and gives the Lease back, so that the next one need not wait. A failure is only reported. */
  release(): Promise<void>;
}
