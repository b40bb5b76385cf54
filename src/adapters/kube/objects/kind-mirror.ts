import { ownResources } from '#core/api/kube-resources.ts';
import {
  kindResources,
  type KindName,
  type ObjectRef,
  type StoredObject,
} from '#core/api/object.ts';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { ReflectorChange, ReflectorHealth } from '#core/ports/kube/reflector.ts';
import {
  createSpreadReflector,
  type SpreadReflector,
} from '#platform/kube/mirror/spread-reflector.ts';
import type { ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import { isNews, readObject } from './read-object.ts';

export interface MirrorOptions {
  readonly kind: KindName;
  /** Null for all; a kind of the cluster has none. */
  readonly namespaces: readonly string[] | null;
}

/** All objects of one kind. */
export class KindMirror {
  readonly #kind: KindName;
  readonly #reflector: SpreadReflector<StoredObject>;
  readonly #listeners = new Set<(ref: ObjectRef) => void>();

  constructor(deps: ReflectorDeps, { kind, namespaces }: MirrorOptions) {
    const isOfCluster = kindResources[kind].scope === 'Cluster';
    this.#kind = kind;
    this.#reflector = createSpreadReflector(deps, {
      query: { resource: ownResources[kind] },
      namespaces: isOfCluster ? null : namespaces,
      keep: (object) => readObject(kind, object),
      onChange: (change) => this.#tell(change),
    });
  }

  /** Throws `MAYFLY_KUBE_UNAVAILABLE` while it is not known what there is. */
  get(ref: ObjectRef): StoredObject | null {
    const reflector = this.#reflector.of(ref.namespace);
    if (reflector === null) throw this.#notKnown('the namespace is not watched');
    if (!reflector.health().synced) throw this.#notKnown('not listed yet');
    return reflector.get(ref.namespace, ref.name);
  }

  list(): readonly StoredObject[] {
    if (!this.health().synced) throw this.#notKnown('not listed yet');
    return this.#reflector.list();
  }

  learn(object: KubeObject): void {
    this.#reflector.learn(object);
  }

  /** Calls back with what there is, and then with what becomes of it. */
  async watch(onChange: (ref: ObjectRef) => void, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#listeners.add(onChange);
    for (const { metadata } of this.#reflector.list()) onChange(this.#refOf(metadata));
    await untilAborted(signal);
    this.#listeners.delete(onChange);
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#reflector.run(signal);
  }

  async untilSynced(signal: AbortSignal): Promise<void> {
    await this.#reflector.untilSynced(signal);
  }

  health(): ReflectorHealth {
    return this.#reflector.health();
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
