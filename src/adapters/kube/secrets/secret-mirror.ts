import { secretResource } from '#core/api/kube-resources.ts';
import { keys } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { ReflectorChange } from '#core/ports/kube/reflector.ts';
import type { OnForeignChange, SecretRef } from '#core/ports/secret-sink.ts';
import {
  createGroupedReflector,
  type GroupedReflector,
} from '#platform/kube/mirror/grouped-reflector.ts';
import { OwnWrites } from '#platform/kube/mirror/own-writes.ts';
import type { ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';
import { hasLabel } from './raw-secret.ts';
import { readSecret, type KeptSecret } from './read-secret.ts';

export interface MirrorDeps {
  readonly reflector: ReflectorDeps;
  readonly digest: Digest;
}

/** All Secrets that carry Mayfly's label, without their values. */
export class SecretMirror {
  readonly writes: OwnWrites<KeptSecret>;
  readonly reflector: GroupedReflector<KeptSecret>;
  readonly listeners = new Set<OnForeignChange>();
  readonly #digest: Digest;

  constructor(deps: MirrorDeps, namespaces: readonly string[] | null) {
    this.#digest = deps.digest;
    this.writes = new OwnWrites({
      find: (ref) => this.#find(ref),
      isForeign,
      onForeign: (change) => this.#tell(change),
    });
    this.reflector = createGroupedReflector(deps.reflector, {
      query: { resource: secretResource, labelSelector: `${keys.managed}=true` },
      namespaces,
      keep: (object) => readSecret(deps.digest, object),
      groupOf: ({ lease }) => lease?.owner.uid ?? null,
      onChange: (change) => this.writes.see(change),
    });
  }

  /** Null also for one that we removed or released, although the mirror has not seen it yet. */
  get(ref: SecretRef): KeptSecret | null {
    const found = this.#find(ref);
    return found === null || this.writes.isEnded(found) ? null : found;
  }

  /** All, or those of one owner; throws `MAYFLY_KUBE_UNAVAILABLE` until everything was listed. */
  list(ownerUid?: string): readonly KeptSecret[] {
    if (!this.reflector.health().synced) {
      const reason = 'not listed yet';
      throw createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'the list of secrets', reason });
    }
    const found = ownerUid === undefined ? this.reflector.list() : this.reflector.inGroup(ownerUid);
    return found.filter((kept) => !this.writes.isEnded(kept));
  }

  /** Takes in an answer of the API; one without Mayfly's label is only read. */
  learn(object: KubeObject): KeptSecret {
    const { namespace = '', name } = object.metadata;
    const before = this.#find({ namespace, name });
    if (hasLabel(object)) this.reflector.learn(object);
    const now = this.#find({ namespace, name });
    if (before !== null && now !== null && now.uid !== before.uid) this.writes.noteReplaced(before);
    const isTaken = now?.resourceVersion === object.metadata.resourceVersion;
    return isTaken ? now : readSecret(this.#digest, object);
  }

  #find({ namespace, name }: SecretRef): KeptSecret | null {
    return this.reflector.get(namespace, name);
  }

  #tell({ before, after }: ReflectorChange<KeptSecret>): void {
    const known = [before, after].find((kept) => kept !== null && kept.lease !== null);
    const { name, lease } = known ?? { lease: null };
    if (name === undefined || lease === null) return;
    const manager = after === null ? null : after.manager;
    for (const listener of this.listeners) listener(lease.owner, { name, manager });
  }
}

/** An old state that was put back is whole, and yet nobody's but theirs who did it. */
function isForeign({
  before,
  after,
}: ReflectorChange<KeptSecret> & { readonly after: KeptSecret }): boolean {
  if (after.lease === null || !after.intact) return true;
  return before !== null && before.sealed !== after.sealed;
}
