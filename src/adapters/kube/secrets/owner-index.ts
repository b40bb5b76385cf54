import { formatRef } from '#core/api/object.ts';
import type { SecretRef } from '#core/ports/secret-sink.ts';
import type { KeptSecret } from './read-secret.ts';

/** Where the Secrets of an owner are. Who looks here looks again whether it is still so. */
export class OwnerIndex {
  /** By uid of the owner, by `namespace/name`. */
  readonly #refs = new Map<string, Map<string, SecretRef>>();

  refsOf(ownerUid: string): readonly SecretRef[] {
    return [...(this.#refs.get(ownerUid)?.values() ?? [])];
  }

  move(before: KeptSecret | null, after: KeptSecret | null): void {
    if (before !== null) this.#remove(before);
    if (after !== null) this.#add(after);
  }

  #remove({ live }: KeptSecret): void {
    if (live.lease === null) return;
    const refs = this.#refs.get(live.lease.owner.uid);
    refs?.delete(formatRef(live));
    if (refs?.size === 0) this.#refs.delete(live.lease.owner.uid);
  }

  #add({ live: { lease, namespace, name } }: KeptSecret): void {
    if (lease === null) return;
    const refs = this.#refs.get(lease.owner.uid) ?? new Map<string, SecretRef>();
    refs.set(formatRef({ namespace, name }), { namespace, name });
    this.#refs.set(lease.owner.uid, refs);
  }
}
