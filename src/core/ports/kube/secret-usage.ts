/** How a Secret is used just now. */
export interface SecretUse {
  /** Whether some pod may start without it. */
  readonly isOptional: boolean;
}

/** Which Secrets the pods of a cluster reference that are pending or running. */
export interface SecretUsage {
  /**
   * By name, what the pods of a namespace reference. The first question has its pods followed from then on: null until
   * all were listed once. Throws why they cannot be listed.
   */
  read(namespace: string): ReadonlyMap<string, SecretUse> | null;
  /** No longer follows the pods of other namespaces. */
  keep(namespaces: ReadonlySet<string>): void;
  /** Calls back with the Secrets that are used in another way than before, until the signal ends it. */
  watch(
    onChange: (namespace: string, names: readonly string[]) => void,
    signal: AbortSignal,
  ): Promise<void>;
}
