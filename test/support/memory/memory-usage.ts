import type { SecretUsage, SecretUse } from '#core/ports/kube/secret-usage.ts';

/** A {@link SecretUsage} without pods: a test says what is used. */
export interface MemoryUsage extends SecretUsage {
  /** A pod of the namespace references the Secret from now on. */
  use(namespace: string, name: string, use?: SecretUse): void;
  release(namespace: string, name: string): void;
  /** Nothing is known about pods, or this is why not; null heals. */
  breakList(fault: 'pending' | Error | null): void;
  /** The namespaces whose pods are followed. */
  readonly followed: ReadonlySet<string>;
}

type Listener = Parameters<SecretUsage['watch']>[0];

export function createMemoryUsage(): MemoryUsage {
  const uses = new Map<string, Map<string, SecretUse>>();
  const followed = new Set<string>();
  const listeners = new Set<Listener>();
  let fault: 'pending' | Error | null = null;

  function usesOf(namespace: string): Map<string, SecretUse> {
    const known = uses.get(namespace) ?? new Map<string, SecretUse>();
    uses.set(namespace, known);
    return known;
  }

  function tell(namespace: string, name: string): void {
    if (followed.has(namespace)) for (const listen of listeners) listen(namespace, [name]);
  }

  return {
    followed,
    read(namespace): ReadonlyMap<string, SecretUse> | null {
      followed.add(namespace);
      if (fault instanceof Error) throw fault;
      return fault === 'pending' ? null : usesOf(namespace);
    },
    keep(namespaces): void {
      for (const name of followed) if (!namespaces.has(name)) followed.delete(name);
    },
    async watch(onChange, signal): Promise<void> {
      if (signal.aborted) return;
      listeners.add(onChange);
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      listeners.delete(onChange);
    },
    use(namespace, name, use = { isOptional: false }): void {
      usesOf(namespace).set(name, use);
      tell(namespace, name);
    },
    release(namespace, name): void {
      usesOf(namespace).delete(name);
      tell(namespace, name);
    },
    breakList(next): void {
      fault = next;
    },
  };
}
