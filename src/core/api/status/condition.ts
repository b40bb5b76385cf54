/** A Kubernetes condition (kstatus): `Ready` always, the others only while true. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** One CamelCase word. */
  readonly reason: string;
  /** Names file, key path and next step; never a value. */
  readonly message: string;
  readonly observedGeneration: number;
  /** RFC 3339; changes only with `status`. */
  readonly lastTransitionTime: string;
}
