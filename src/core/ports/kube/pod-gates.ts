/** A pod that is not scheduled before Secrets that it references are there. */
export interface GatedPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** The names of the Secrets that it references. */
  readonly secrets: readonly string[];
  /** Gates that are somebody else's, in their order. */
  readonly otherGates: readonly { readonly name: string }[];
}

/** The pods of a cluster that have our gate. */
export interface PodGates {
  /** From the first call on these pods are followed. */
  follow(): void;
  /** Follows them too when there are any; what keeps from looking is no failure: without the feature there is no right. */
  followIfAny(signal: AbortSignal): Promise<void>;
  /** Those that are known to have it. */
  list(): readonly GatedPod[];
  /**
   * Takes the gate and its mark off a pod. Throws `MAYFLY_KUBE_CONFLICT` or `…_NOT_FOUND` when the pod is another one
   * by now, `unavailable`, or `denied` without the right.
   */
  lift(pod: GatedPod): Promise<void>;
}
