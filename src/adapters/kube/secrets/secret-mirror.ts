import { keys } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { KubeObject, KubeQuery } from '#core/ports/kube-api.ts';
import type { Reflector, ReflectorChange, ReflectorHealth } from '#core/ports/reflector.ts';
import type { SecretRef } from '#core/ports/secret-sink.ts';
import { Hands } from './hands.ts';
import { OwnerIndex } from './owner-index.ts';
import { hasLabel } from './raw-secret.ts';
import { readSecret, type KeptSecret } from './read-secret.ts';
import { secretResource } from './secret-target.ts';

/** What a reflector is to mirror, and who is told. */
export interface ReflectorAsked {
  readonly query: KubeQuery;
  keep(object: KubeObject): KeptSecret;
  onChange(change: ReflectorChange<KeptSecret>): void;
}

export interface MirrorDeps {
  readonly digest: Digest;
  openReflector(asked: ReflectorAsked): Reflector<KeptSecret>;
}

/** For all namespaces there is one reflector, under the name that no namespace has. */
const everywhere = '';

/** All Secrets that carry Mayfly's label, without their values, and an index of them by owner. */
export class SecretMirror {
  readonly hands: Hands;
  readonly #digest: Digest;
  readonly #reflectors: ReadonlyMap<string, Reflector<KeptSecret>>;
  readonly #owners = new OwnerIndex();

  constructor(deps: MirrorDeps, namespaces: readonly string[] | null) {
    const { digest } = deps;
    this.#digest = digest;
    this.hands = new Hands((ref) => this.#find(ref));
    const query = { resource: secretResource, labelSelector: `${keys.managed}=true` };
    this.#reflectors = new Map(
      (namespaces ?? [everywhere]).map((namespace) => [
        namespace,
        deps.openReflector({
          query: namespace === everywhere ? query : { ...query, namespace },
          keep: (object) => readSecret(digest, object),
          onChange: (change) => this.#onChange(change),
        }),
      ]),
    );
  }

  /** Null also for one that we removed or released, although the mirror has not seen it yet. */
  get(ref: SecretRef): KeptSecret | null {
    const found = this.#find(ref);
    return found === null || this.hands.isEnded(found) ? null : found;
  }

  /** Throws `MAYFLY_KUBE_UNAVAILABLE` until everything was listed. */
  ownedBy(ownerUid: string): readonly KeptSecret[] {
    this.#requireSynced();
    return this.#owners
      .refsOf(ownerUid)
      .map((ref) => this.get(ref))
      .filter((found) => found !== null)
      .filter(({ live }) => live.lease?.owner.uid === ownerUid);
  }

  /** Throws like {@link SecretMirror.ownedBy}. */
  list(): readonly KeptSecret[] {
    this.#requireSynced();
    const all = [...this.#reflectors.values()].flatMap((reflector) => reflector.list());
    return all.filter((kept) => !this.hands.isEnded(kept));
  }

  /** Takes in an answer of the API; one without Mayfly's label is only read. */
  learn(object: KubeObject): KeptSecret {
    const { namespace = '', name, resourceVersion } = object.metadata;
    const ref = { namespace, name };
    const before = this.#find(ref);
    if (hasLabel(object)) this.#reflectorOf(ref)?.learn(object);
    const now = this.#find(ref);
    if (now?.live.resourceVersion !== resourceVersion) return readSecret(this.#digest, object);
    if (before !== null && before.live.uid !== now.live.uid) this.hands.forgetEnd(before);
    this.#owners.move(before, now);
    return now;
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#reflectors.values()].map((reflector) => reflector.run(signal)));
  }

  async untilSynced(signal: AbortSignal): Promise<void> {
    const reflectors = [...this.#reflectors.values()];
    await Promise.all(reflectors.map((reflector) => reflector.untilSynced(signal)));
  }

  /** As the worst of its reflectors stands. */
  health(): ReflectorHealth {
    const healths = [...this.#reflectors.values()].map((reflector) => reflector.health());
    const heard = healths.map(({ heardAt }) => heardAt).filter((at) => at !== null);
    return {
      synced: healths.every(({ synced }) => synced),
      heardAt: heard.length < healths.length ? null : Math.min(...heard),
    };
  }

  #onChange(change: ReflectorChange<KeptSecret>): void {
    this.#owners.move(change.before, change.after);
    this.hands.see(change);
  }

  #find(ref: SecretRef): KeptSecret | null {
    return this.#reflectorOf(ref)?.get(ref.namespace, ref.name) ?? null;
  }

  #reflectorOf({ namespace }: SecretRef): Reflector<KeptSecret> | null {
    return this.#reflectors.get(namespace) ?? this.#reflectors.get(everywhere) ?? null;
  }

  #requireSynced(): void {
    if (this.health().synced) return;
    const reason = 'not listed yet';
    throw createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'the list of secrets', reason });
  }
}
