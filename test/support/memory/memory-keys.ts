import type { KeyReader } from '#core/ports/object-api.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createPortSteps, type PortSteps } from './port-steps.ts';

/** A {@link KeyReader} in memory. */
export interface MemoryKeys extends KeyReader {
  /** How often keys were read. */
  readonly reads: number;
  put(namespace: string, name: string, keys: Readonly<Record<string, string>>): void;
  remove(namespace: string, name: string): void;
  /** Reading fails like this; null heals. */
  breakReads(error: Error | null): void;
  /** Reading in a namespace waits until what this answers is called. */
  hold(namespace: string): () => void;
}

export function createMemoryKeys(steps: PortSteps = createPortSteps()): MemoryKeys {
  const stored = new Map<string, Readonly<Record<string, string>>>();
  let fault: Error | null = null;
  const held = new Map<string, Promise<void>>();
  let reads = 0;

  async function readKeys(
    namespace: string,
    name: string,
  ): Promise<ReadonlyMap<string, SecretBytes> | null> {
    steps.step('keys.read');
    reads += 1;
    if (fault !== null) throw fault;
    await held.get(namespace);
    const found = stored.get(`${namespace}/${name}`);
    if (found === undefined) return null;
    const entries = Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return new Map(entries.map(([key, text]) => [key, SecretBytes.take(Buffer.from(text))]));
  }

  async function readKey(
    namespace: string,
    name: string,
    key: string,
  ): Promise<SecretBytes | null> {
    return (await readKeys(namespace, name))?.get(key) ?? null;
  }

  return {
    readKey,
    readKeys,
    get reads() {
      return reads;
    },
    put: (namespace, name, keys) => void stored.set(`${namespace}/${name}`, keys),
    remove: (namespace, name) => void stored.delete(`${namespace}/${name}`),
    hold: (namespace) => {
      const end = Promise.withResolvers<void>();
      held.set(namespace, end.promise);
      return end.resolve;
    },
    breakReads: (error) => {
      fault = error;
    },
  };
}
