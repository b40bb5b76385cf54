import type { KindName, ObjectRef } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeApi } from '#core/ports/kube-api.ts';
import type { ObjectApi, ObjectEvent } from '#core/ports/object-api.ts';
import type { ReflectorHealth } from '#core/ports/reflector.ts';
import type { Clock, Random } from '#core/ports/time.ts';
import { EventRecorder } from './events/record-events.ts';
import { KindMirror, worstOf, type OpenReflector } from './kind-mirror.ts';
import { createConflict, writeStatus } from './write-status.ts';

export interface KubeObjectsDeps {
  readonly api: KubeApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly openReflector: OpenReflector;
  /** Ends every call that is under way, at the very end of the program. */
  readonly signal: AbortSignal;
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
  const { namespaces } = options;
  const mirrors = new Map(
    options.kinds.map((kind) => [kind, new KindMirror(deps.openReflector, { kind, namespaces })]),
  );
  const all = [...mirrors.values()];

  function mirrorOf(kind: KindName): KindMirror {
    const mirror = mirrors.get(kind);
    if (mirror === undefined)
      throw createError('MAYFLY_INTERNAL_BUG', { where: `mirror of ${kind}` });
    return mirror;
  }

  const { api, clock, random, signal } = deps;
  const events = new EventRecorder({
    api,
    clock,
    random,
    signal,
    instance: options.instance,
    findUid: (ref) => mirrorOf(ref.kind).get(ref)?.metadata.uid ?? null,
    onLost: (event, error) => deps.onEventLost(event, error),
  });

  return {
    get: async (ref) => mirrorOf(ref.kind).get(ref),
    list: async (kind) => mirrorOf(kind).list(),
    async writeStatus(ref: ObjectRef, status: object, resourceVersion: string): Promise<void> {
      const object = mirrorOf(ref.kind).get(ref);
      if (object?.metadata.resourceVersion !== resourceVersion) throw createConflict(ref);
      const written = await writeStatus(api, { ref, object, status }, signal);
      if (written !== null) mirrorOf(ref.kind).learn(written);
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
