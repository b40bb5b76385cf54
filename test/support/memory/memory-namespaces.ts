import type { NamespaceLabels } from '#core/ports/kube/namespace-labels.ts';

/** {@link NamespaceLabels} in memory. */
export interface MemoryNamespaces extends NamespaceLabels {
  put(namespace: string, labels: Readonly<Record<string, string>>): void;
}

export function createMemoryNamespaces(): MemoryNamespaces {
  const stored = new Map<string, Readonly<Record<string, string>>>();
  const watchers = new Set<(namespace: string) => void>();
  return {
    read: (namespace) => stored.get(namespace) ?? null,
    put(namespace, labels): void {
      stored.set(namespace, labels);
      for (const tell of watchers) tell(namespace);
    },
    async watch(onChange, signal): Promise<void> {
      watchers.add(onChange);
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      watchers.delete(onChange);
    },
  };
}
