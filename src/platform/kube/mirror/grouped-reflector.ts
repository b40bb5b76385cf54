import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { Reflector, ReflectorChange, ReflectorHealth } from '#core/ports/kube/reflector.ts';
import type { ReflectorDeps } from '../reflector/create-reflector.ts';
import { renderPlace, type ObjectPlace, type ObjectVersion } from './object-version.ts';
import {
  createSpreadReflector,
  type SpreadOptions,
  type SpreadReflector,
} from './spread-reflector.ts';

export interface GroupedOptions<T> extends SpreadOptions<T> {
  /** What an object is also found by; null for nothing. */
  groupOf(kept: T): string | null;
  onChange(change: ReflectorChange<T>): void;
}

/** A reflector that finds the objects of a group without a look at others. */
export interface GroupedReflector<T> extends Reflector<T> {
  inGroup(group: string): readonly T[];
}

export function createGroupedReflector<T extends ObjectVersion>(
  deps: ReflectorDeps,
  options: GroupedOptions<T>,
): GroupedReflector<T> {
  return new Grouped(deps, options);
}

class Grouped<T extends ObjectVersion> implements GroupedReflector<T> {
  readonly #reflector: SpreadReflector<T>;
  readonly #options: GroupedOptions<T>;
  /** By group, by place. */
  readonly #groups = new Map<string, Map<string, ObjectPlace>>();

  constructor(deps: ReflectorDeps, options: GroupedOptions<T>) {
    this.#options = options;
    this.#reflector = createSpreadReflector(deps, {
      ...options,
      onChange: (change) => this.#onChange(change),
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#reflector.run(signal);
  }

  async untilSynced(signal: AbortSignal): Promise<void> {
    await this.#reflector.untilSynced(signal);
  }

  get(namespace: string, name: string): T | null {
    return this.#reflector.get(namespace, name);
  }

  list(): readonly T[] {
    return this.#reflector.list();
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
    this.#reflector.learn(object);
    this.#move(before, this.get(namespace, name));
  }

  health(): ReflectorHealth {
    return this.#reflector.health();
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
}
