import { ownResources } from '#core/api/kube-resources.ts';
import {
  kindResources,
  type KindName,
  type ObjectRef,
  type StoredObject,
} from '#core/api/object.ts';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { Reflector, ReflectorChange, ReflectorHealth } from '#core/ports/kube/reflector.ts';
import { createReflector, type ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import { isNews, readObject } from './read-object.ts';

export interface MirrorOptions {
  readonly kind: KindName;
  /** Null for all; a kind of the cluster has none. */
  readonly namespaces: readonly string[] | null;
}

/** For all namespaces there is one reflector, under the name that no namespace has. */
const everywhere = '';

/** All objects of one kind, by one reflector, or one for each namespace. */
export class KindMirror {
  readonly #kind: KindName;
  readonly #reflectors: ReadonlyMap<string, Reflector<StoredObject>>;
  readonly #listeners = new Set<(ref: ObjectRef) => void>();

  constructor(deps: ReflectorDeps, { kind, namespaces }: MirrorOptions) {
    const isOfCluster = kindResources[kind].scope === 'Cluster';
    const places = isOfCluster || namespaces === null ? [everywhere] : namespaces;
    const resource = ownResources[kind];
    this.#kind = kind;
    this.#reflectors = new Map(
      places.map((namespace) => [
        namespace,
        createReflector(deps, {
          query: { resource, ...(namespace === everywhere ? {} : { namespace }) },
          keep: (object) => readObject(kind, object),
          onChange: (change) => this.#tell(change),
        }),
      ]),
    );
  }

  /** Throws `MAYFLY_KUBE_UNAVAILABLE` while it is not known what there is. */
  get(ref: ObjectRef): StoredObject | null {
    const reflector = this.#reflectorOf(ref.namespace);
    if (reflector === null) throw this.#notKnown('the namespace is not watched');
    if (!reflector.health().synced) throw this.#notKnown('not listed yet');
    return reflector.get(ref.namespace, ref.name);
  }

  list(): readonly StoredObject[] {
    if (!this.health().synced) throw this.#notKnown('not listed yet');
    return this.#all();
  }

  learn(object: KubeObject): void {
    this.#reflectorOf(object.metadata.namespace ?? '')?.learn(object);
  }

  /** Calls back with what there is, and then with what becomes of it. */
  async watch(onChange: (ref: ObjectRef) => void, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#listeners.add(onChange);
    for (const { metadata } of this.#all()) onChange(this.#refOf(metadata));
    await untilAborted(signal);
    this.#listeners.delete(onChange);
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
    return worstOf([...this.#reflectors.values()].map((reflector) => reflector.health()));
  }

  #reflectorOf(namespace: string): Reflector<StoredObject> | null {
    return this.#reflectors.get(namespace) ?? this.#reflectors.get(everywhere) ?? null;
  }

  #all(): readonly StoredObject[] {
    return [...this.#reflectors.values()].flatMap((reflector) => reflector.list());
  }

  #tell(change: ReflectorChange<StoredObject>): void {
    const object = change.after ?? change.before;
    if (object === null || !isNews(change)) return;
    for (const onChange of this.#listeners) onChange(this.#refOf(object.metadata));
  }

  #refOf({ namespace, name }: StoredObject['metadata']): ObjectRef {
    return { kind: this.#kind, namespace, name };
  }

  #notKnown(reason: string): MayflyError {
    return createError('MAYFLY_KUBE_UNAVAILABLE', { what: `the list of ${this.#kind}`, reason });
  }
}

export function worstOf(healths: readonly ReflectorHealth[]): ReflectorHealth {
  const heard = healths.map(({ heardAt }) => heardAt);
  return {
    synced: healths.every(({ synced }) => synced),
    heardAt: heard.reduce((a, b) => (a === null || b === null ? null : Math.min(a, b)), Infinity),
  };
}
