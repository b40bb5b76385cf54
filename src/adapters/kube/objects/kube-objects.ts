import type { KindName } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import type { ObjectApi, ObjectEvent } from '#core/ports/object-api.ts';
import type { ReflectorHealth } from '#core/ports/kube/reflector.ts';
import type { MonotonicClock, Random } from '#core/ports/time.ts';
import type { ReflectorFault } from '#platform/kube/reflector/create-reflector.ts';
import { EventRecorder } from './events/record-events.ts';
import { worstOf } from '#platform/kube/mirror/spread-reflector.ts';
import { KindMirror } from './kind-mirror.ts';
import { createConflict, writeStatus } from './write-status.ts';

export interface KubeObjectsDeps {
  readonly api: KubeApi;
  readonly clock: MonotonicClock;
  readonly random: Random;
  /** Ends every call that is under way, at the very end of the program. */
  readonly signal: AbortSignal;
  /** What keeps a mirror from following the server; it is tried again. */
  onFault(kind: KindName, fault: ReflectorFault): void;
  /** Told of each event that could not be recorded. */
  onEventLost(event: ObjectEvent, error: unknown): void;
}

export interface KubeObjectsOptions {
  /** The kinds that are asked for. */
  readonly kinds: readonly KindName[];
  /** The namespaces that are looked at; null for all. */
  readonly namespaces: readonly string[] | null;
  /** Name of this process in events, such as that of its pod. */
  readonly instance: string;
}

/** The objects of a cluster, mirrored; see readme.md. */
export interface KubeObjects extends ObjectApi {
  /** Keeps the mirrors up to date until the signal ends it. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when everything was listed once; until then reading is `MAYFLY_KUBE_UNAVAILABLE`. */
  untilSynced(signal: AbortSignal): Promise<void>;
  health(): ReflectorHealth;
}

export function createKubeObjects(deps: KubeObjectsDeps, options: KubeObjectsOptions): KubeObjects {
  const { api, signal } = deps;
  const mirrors = openMirrors(deps, options);
  const all = [...mirrors.values()];

  function mirrorOf(kind: KindName): KindMirror {
    const mirror = mirrors.get(kind);
    if (mirror !== undefined) return mirror;
    throw createError('MAYFLY_INTERNAL_BUG', { where: `the mirror of ${kind}` });
  }

  const events = new EventRecorder({
    ...deps,
    instance: options.instance,
    findUid: (ref) => mirrorOf(ref.kind).get(ref)?.metadata.uid ?? null,
    onLost: (event, error) => deps.onEventLost(event, error),
  });

  return {
    get: async (ref) => mirrorOf(ref.kind).get(ref),
    list: async (kind) => mirrorOf(kind).list(),
    async writeStatus(ref, status, resourceVersion): Promise<void> {
      const object = mirrorOf(ref.kind).get(ref);
      if (object?.metadata.resourceVersion !== resourceVersion) throw createConflict(ref);
      await writeStatus({ api, signal, mirror: mirrorOf(ref.kind) }, { ref, object, status });
    },
    recordEvent: async (event) => events.record(event),
    watch: async (kind, onChange, ending) => await mirrorOf(kind).watch(onChange, ending),
    async run(ending): Promise<void> {
      await Promise.all(all.map((mirror) => mirror.run(ending)));
    },
    async untilSynced(ending): Promise<void> {
      await Promise.all(all.map((mirror) => mirror.untilSynced(ending)));
    },
    health: () => worstOf(all.map((mirror) => mirror.health())),
  };
}

function openMirrors(
  deps: KubeObjectsDeps,
  { kinds, namespaces }: KubeObjectsOptions,
): ReadonlyMap<KindName, KindMirror> {
  function openMirror(kind: KindName): KindMirror {
    const told = { onFault: (fault: ReflectorFault) => deps.onFault(kind, fault) };
    return new KindMirror({ ...deps, ...told }, { kind, namespaces });
  }

  return new Map(kinds.map((kind) => [kind, openMirror(kind)]));
}
