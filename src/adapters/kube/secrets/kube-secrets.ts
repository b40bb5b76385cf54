import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import type { ReflectorHealth } from '#core/ports/kube/reflector.ts';
import type { LeasedSecret, SecretRef, SecretSink } from '#core/ports/secret-sink.ts';
import type { ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import type { KeptSecret } from './read-secret.ts';
import { SecretMirror } from './secret-mirror.ts';
import {
  adoptSecret,
  applySecret,
  conflict,
  createSecret,
  lookAgain,
  readLive,
  releaseSecret,
  removeSecret,
  renewSecret,
  type SinkContext,
} from './write-secret.ts';

export interface KubeSecretsDeps {
  readonly reflector: ReflectorDeps;
  readonly digest: Digest;
  readonly api: KubeApi;
  /** Ends every call that is under way, at the very end of the program. */
  readonly signal: AbortSignal;
}

export interface KubeSecretsOptions {
  /** The namespaces that are looked at; null for all. */
  readonly namespaces: readonly string[] | null;
}

/** Secrets of a cluster, mirrored without their values; see readme.md. */
export interface KubeSecrets extends SecretSink {
  /** Keeps the mirror up to date until the signal ends it. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when everything was listed once; until then lists are `MAYFLY_KUBE_UNAVAILABLE`. */
  untilSynced(signal: AbortSignal): Promise<void>;
  health(): ReflectorHealth;
}

export function createKubeSecrets(deps: KubeSecretsDeps, options: KubeSecretsOptions): KubeSecrets {
  const { api, digest, signal } = deps;
  const mirror = new SecretMirror(deps, options.namespaces);
  const context: SinkContext = { api, digest, mirror, signal };

  async function write<T>(ref: SecretRef, action: () => Promise<T>): Promise<T> {
    return await mirror.writes.during(ref, action);
  }

  async function change<T>(ref: SecretRef, action: () => Promise<T>): Promise<T> {
    return await write(ref, async () => await refuseStale(context, ref, action));
  }

  return {
    read: async (ref) => await readLive(context, ref),
    readOwned: async ({ uid }) => mirror.list(uid),
    listManaged: async () => mirror.list().flatMap(renderLeased),
    create: async (desired, lease) =>
      await write(desired, async () => await createSecret(context, { desired, lease })),
    apply: async (desired, lease, on) =>
      await change(desired, async () => await applySecret(context, { desired, lease }, on)),
    adopt: async (desired, lease, on) =>
      await change(desired, async () => await adoptSecret(context, { desired, lease }, on)),
    renew: async (ref, lease, on) =>
      await change(ref, async () => await renewSecret(context, { ref, lease }, on)),
    remove: async (ref, on) => await change(ref, async () => await removeSecret(context, ref, on)),
    release: async (ref, on) =>
      await change(ref, async () => await releaseSecret(context, ref, on)),
    async watch(onChange, ending): Promise<void> {
      if (ending.aborted) return;
      mirror.listeners.add(onChange);
      await untilAborted(ending);
      mirror.listeners.delete(onChange);
    },
    run: async (ending) => await mirror.reflector.run(ending),
    untilSynced: async (ending) => await mirror.reflector.untilSynced(ending),
    health: () => mirror.reflector.health(),
  };
}

function renderLeased(kept: KeptSecret): readonly LeasedSecret[] {
  const { namespace, name, uid, resourceVersion, lease, isEnding } = kept;
  return lease === null || isEnding ? [] : [{ namespace, name, uid, resourceVersion, lease }];
}

const lostRace = /^MAYFLY_KUBE_(?:CONFLICT|NOT_FOUND)$/u;

/**
 * A Secret that is no longer as it was looked at is the port's own conflict; other failures go through. What the mirror
 * has missed is learned, so that the next try is decided on what there is.
 */
async function refuseStale<T>(
  context: SinkContext,
  ref: SecretRef,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isMayflyError(error) || !lostRace.test(error.code)) throw error;
    await lookAgain(context, ref);
    throw conflict(ref);
  }
}
