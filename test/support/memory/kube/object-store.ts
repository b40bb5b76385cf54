import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeObject, KubeResource } from '#core/ports/kube/kube-api.ts';
import type { FieldOwners, OwnedObject } from './field-owners.ts';

/** One change, as etcd keeps it: the object before and after at a version. */
export interface StoredChange {
  readonly version: number;
  readonly plural: string;
  readonly before: KubeObject | null;
  /** For a deletion the last state, under the version of the deletion. */
  readonly object: KubeObject;
  readonly isDeletion: boolean;
}

/** All objects of all kinds under one counter of versions, with the history of their changes. */
export interface ObjectStore {
  readonly version: number;
  find(resource: KubeResource, namespace: string | undefined, name: string): OwnedObject | null;
  /** In the order of namespace and name, as the API server lists. */
  findAll(resource: KubeResource): readonly KubeObject[];
  /** Writes under the next version. */
  put(resource: KubeResource, object: KubeObject, owners: FieldOwners): KubeObject;
  remove(resource: KubeResource, object: KubeObject): void;
  /** Changes after a version; `MAYFLY_KUBE_EXPIRED` when they are no longer kept. */
  changesSince(version: string, what: string): readonly StoredChange[];
  /** Forgets all changes up to now. */
  compact(): void;
  onChange(listen: (change: StoredChange) => void): () => void;
}

export function createObjectStore(): ObjectStore {
  return new Store();
}

class Store implements ObjectStore {
  readonly #objects = new Map<string, OwnedObject>();
  readonly #listeners = new Set<(change: StoredChange) => void>();
  #changes: StoredChange[] = [];
  #compacted = 0;
  /** A real server is never at its first version. */
  version = 100;

  find(resource: KubeResource, namespace: string | undefined, name: string): OwnedObject | null {
    return this.#objects.get(keyOf(resource, namespace, name)) ?? null;
  }

  findAll(resource: KubeResource): readonly KubeObject[] {
    const prefix = `${resource.plural}.${resource.group}/`;
    const found = [...this.#objects].filter(([key]) => key.startsWith(prefix));
    return found.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, { object }]) => object);
  }

  put(resource: KubeResource, object: KubeObject, owners: FieldOwners): KubeObject {
    this.version += 1;
    const key = keyOf(resource, object.metadata.namespace, object.metadata.name);
    const before = this.#objects.get(key)?.object ?? null;
    const metadata = { ...object.metadata, resourceVersion: String(this.version) };
    const stored = { ...object, metadata };
    this.#objects.set(key, { object: stored, owners });
    this.#tell({
      version: this.version,
      plural: resource.plural,
      before,
      object: stored,
      isDeletion: false,
    });
    return stored;
  }

  remove(resource: KubeResource, object: KubeObject): void {
    this.version += 1;
    this.#objects.delete(keyOf(resource, object.metadata.namespace, object.metadata.name));
    const metadata = { ...object.metadata, resourceVersion: String(this.version) };
    const last = { ...object, metadata };
    this.#tell({
      version: this.version,
      plural: resource.plural,
      before: object,
      object: last,
      isDeletion: true,
    });
  }

  changesSince(version: string, what: string): readonly StoredChange[] {
    const since = Number(version);
    if (!Number.isInteger(since) || since > this.version) {
      throw createError('MAYFLY_KUBE_REFUSED', { what, reason: 'Invalid' });
    }
    if (since < this.#compacted) throw createError('MAYFLY_KUBE_EXPIRED', { what });
    return this.#changes.filter((change) => change.version > since);
  }

  compact(): void {
    this.#compacted = this.version;
    this.#changes = [];
  }

  onChange(listen: (change: StoredChange) => void): () => void {
    this.#listeners.add(listen);
    return () => this.#listeners.delete(listen);
  }

  #tell(change: StoredChange): void {
    this.#changes.push(change);
    for (const listen of this.#listeners) listen(change);
  }
}

function keyOf(resource: KubeResource, namespace: string | undefined, name: string): string {
  return `${resource.plural}.${resource.group}/${namespace ?? ''}/${name}`;
}
