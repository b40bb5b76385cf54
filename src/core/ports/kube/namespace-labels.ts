/** The labels of the namespaces of a cluster, mirrored: TenantPolicies select by them. */
export interface NamespaceLabels {
  /** Null while no such namespace is known. Throws `unavailable` before all were listed once. */
  read(namespace: string): Readonly<Record<string, string>> | null;
  /** Calls back with each namespace that appeared or whose labels changed, until the signal ends it. */
  watch(onChange: (namespace: string) => void, signal: AbortSignal): Promise<void>;
}
