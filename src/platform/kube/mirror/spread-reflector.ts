import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { Reflector, ReflectorHealth } from '#core/ports/kube/reflector.ts';
import {
  createReflector,
  type ReflectorDeps,
  type ReflectorOptions,
} from '../reflector/create-reflector.ts';

export interface SpreadOptions<T> extends ReflectorOptions<T> {
  /** The namespaces that are looked at; null for all. */
  readonly namespaces: readonly string[] | null;
}

/** Of all namespaces, or of some, as one {@link Reflector}. */
export interface SpreadReflector<T> extends Reflector<T> {
  /** That which looks at a namespace; null for one that nobody looks at. */
  of(namespace: string): Reflector<T> | null;
}

/** For all namespaces there is one reflector, under the name that no namespace has. */
const everywhere = '';

export function createSpreadReflector<T>(
  deps: ReflectorDeps,
  { namespaces, ...options }: SpreadOptions<T>,
): SpreadReflector<T> {
  const { query } = options;
  const byNamespace = new Map(
    (namespaces ?? [everywhere]).map((namespace) => [
      namespace,
      createReflector(deps, {
        ...options,
        query: namespace === everywhere ? query : { ...query, namespace },
      }),
    ]),
  );
  const all = [...byNamespace.values()];
  function of(namespace: string): Reflector<T> | null {
    return byNamespace.get(namespace) ?? byNamespace.get(everywhere) ?? null;
  }
  return {
    of,
    run: async (signal) => {
      await Promise.all(all.map(async (one) => await one.run(signal)));
    },
    untilSynced: async (signal) => {
      await Promise.all(all.map(async (one) => await one.untilSynced(signal)));
    },
    get: (namespace, name) => of(namespace)?.get(namespace, name) ?? null,
    list: () => all.flatMap((one) => one.list()),
    learn: (object: KubeObject) => of(object.metadata.namespace ?? '')?.learn(object),
    health: () => worstOf(all.map((one) => one.health())),
  };
}

/** As the worst of several mirrors stands. */
export function worstOf(healths: readonly ReflectorHealth[]): ReflectorHealth {
  const heard = healths.map(({ heardAt }) => heardAt).filter((at) => at !== null);
  return {
    synced: healths.every(({ synced }) => synced),
    heardAt: heard.length < healths.length ? null : Math.min(...heard),
  };
}
