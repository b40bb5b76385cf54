import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { Reflector, ReflectorChange, ReflectorHealth } from '#core/ports/kube/reflector.ts';
import {
  createReflector,
  type ReflectorDeps,
  type ReflectorOptions,
} from '../reflector/create-reflector.ts';
import { renderPlace, type ObjectPlace, type ObjectVersion } from './object-version.ts';

export interface GroupedOptions<T> extends ReflectorOptions<T> {
  /** The namespaces that are looked at; null for all. */
  readonly namespaces: readonly string[] | null;
  /** What an object is also found by; null for nothing. */
  groupOf(kept: T): string | null;
  onChange(change: ReflectorChange<T>): void;
}

/** Of all namespaces, or of some, as one {@link Reflector}; finds the objects of a group without a look at others. */
export interface GroupedReflector<T> extends Reflector<T> {
  inGroup(group: string): readonly T[];
}

export function createGroupedReflector<T extends ObjectVersion>(
  deps: ReflectorDeps,
  options: GroupedOptions<T>,
): GroupedReflector<T> {
  return new Grouped(deps, options);
}

/** For all namespaces there is one reflector, under the name that no namespace has. */
const everywhere = '';

class Grouped<T extends ObjectVersion> implements GroupedReflector<T> {
  readonly #reflectors: ReadonlyMap<string, Reflector<T>>;
  readonly #options: GroupedOptions<T>;
  /** By group, by place. */
  readonly #groups = new Map<string, Map<string, ObjectPlace>>();

  constructor(deps: ReflectorDeps, options: GroupedOptions<T>) {
    const { query, namespaces } = options;
    this.#options = options;
    this.#reflectors = new Map(
      (namespaces ?? [everywhere]).map((namespace) => [
        namespace,
        createReflector(deps, {
          ...options,
          query: namespace === everywhere ? query : { ...query, namespace },
          onChange: (change) => this.#onChange(change),
        }),
      ]),
    );
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#reflectors.values()].map((reflector) => reflector.run(signal)));
  }

  async untilSynced(signal: AbortSignal): Promise<void> {
    const reflectors = [...this.#reflectors.values()];
    await Promise.all(reflectors.map((reflector) => reflector.untilSynced(signal)));
  }

  get(namespace: string, name: string): T | null {
    return this.#reflectorOf(namespace)?.get(namespace, name) ?? null;
  }

  list(): readonly T[] {
    return [...this.#reflectors.values()].flatMap((reflector) => reflector.list());
  }

  inGroup(group: string): readonly T[] {
    return [...(this.#groups.get(group)?.values() ?? [])]
      .map(({ namespace, name }) => this.get(namespace, name))
      .filter((kept) => kept !== null)
      .filter((kept) => this.#options.groupOf(kept) === group);
  }

  learn(object: KubeObject): void {
    const { namespace = '', name } = object.metadata;
    const before = this.get(namespace, name);
    this.#reflectorOf(namespace)?.learn(object);
    this.#move(before, this.get(namespace, name));
  }

  /** As the worst of all stands. */
  health(): ReflectorHealth {
    const healths = [...this.#reflectors.values()].map((reflector) => reflector.health());
    const heard = healths.map(({ heardAt }) => heardAt).filter((at) => at !== null);
    return {
      synced: healths.every(({ synced }) => synced),
      heardAt: heard.length < healths.length ? null : Math.min(...heard),
    };
  }

  #onChange(change: ReflectorChange<T>): void {
    this.#move(change.before, change.after);
    this.#options.onChange(change);
  }

  #move(before: T | null, after: T | null): void {
    if (before !== null) this.#leave(before);
    if (after !== null) this.#join(after);
  }

  #leave(kept: T): void {
    const group = this.#options.groupOf(kept);
    if (group === null) return;
    const places = this.#groups.get(group);
    places?.delete(renderPlace(kept));
    if (places?.size === 0) this.#groups.delete(group);
  }

  #join(kept: T): void {
    const group = this.#options.groupOf(kept);
    if (group === null) return;
    const { namespace, name } = kept;
    const places = this.#groups.get(group) ?? new Map<string, ObjectPlace>();
    this.#groups.set(group, places.set(renderPlace(kept), { namespace, name }));
  }

  #reflectorOf(namespace: string): Reflector<T> | null {
    return this.#reflectors.get(namespace) ?? this.#reflectors.get(everywhere) ?? null;
  }
}
