import type { ObjectRef } from '#core/api/object.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { GatedPod, PodGates } from '#core/ports/kube/pod-gates.ts';
import type { Clock, Instant } from '#core/ports/time.ts';
import type { Logger } from '#platform/log/logger.ts';
import { wait } from '#platform/time/wait.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { findSuppliers } from '../dependents.ts';

export interface GateParts extends Pick<ControllerParts, 'objects' | 'sink' | 'memory'> {
  readonly gates: PodGates;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One look at all pods. */
interface Round {
  /** Whether the API may be asked. */
  readonly mayAsk: boolean;
  /** By namespace and name of a Secret, which a thousand pods may wait for. */
  readonly awaited: Map<string, Promise<boolean>>;
}

/** What it costs to look is a look into memory, at those pods alone. */
const everyMs = 50;
const idleMs = 250;
/** For a Secret that somebody else keeps, which no mirror of ours tells of. */
const askEveryMs = 5000;

/** Takes the gate off each pod whose Secrets are there, until the signal ends it. */
export async function runGates(parts: GateParts, signal: AbortSignal): Promise<void> {
  const { gates, clock } = parts;
  /** By the uid of the pod: when it is tried again that could not be changed. */
  const later = new Map<string, Instant>();
  let askAt = clock.now() + askEveryMs;
  await gates.followIfAny(signal).catch(() => undefined);
  while (!signal.aborted) {
    const pods = gates.list();
    const mayAsk = clock.now() >= askAt;
    if (mayAsk) askAt = clock.now() + askEveryMs;
    keepOnly(later, pods);
    const round: Round = { mayAsk, awaited: new Map() };
    for (const pod of pods) {
      if ((later.get(pod.uid) ?? 0) > clock.now()) continue;
      const isTried = await tryToLift(parts, pod, round);
      if (!isTried) later.set(pod.uid, clock.now() + askEveryMs);
    }
    await wait(clock, pods.length > 0 ? everyMs : idleMs, signal).catch(() => undefined);
  }
}

function keepOnly(later: Map<string, Instant>, pods: readonly GatedPod[]): void {
  if (later.size === 0) return;
  const uids = new Set(pods.map(({ uid }) => uid));
  for (const uid of later.keys()) if (!uids.has(uid)) later.delete(uid);
}

/** False when it failed, which is told. A pod that has changed is looked at as it is then. */
async function tryToLift(parts: GateParts, pod: GatedPod, round: Round): Promise<boolean> {
  const { namespace, name } = pod;
  try {
    if (!(await areThere(parts, pod, round))) return true;
    await parts.gates.lift(pod);
    parts.logger.debug('the gate of a pod is lifted', { namespace, name });
    return true;
  } catch (error) {
    if (isMayflyError(error) && error.kind === 'conflict') return true;
    parts.logger.warn('the gate of a pod is lifted later', { namespace, name, error });
    return false;
  }
}

async function areThere(
  parts: GateParts,
  { namespace, secrets }: GatedPod,
  { mayAsk, awaited }: Round,
): Promise<boolean> {
  for (const name of secrets) {
    const key = `${namespace}/${name}`;
    const answer = awaited.get(key) ?? isAwaited(parts, { namespace, name }, mayAsk);
    awaited.set(key, answer);
    if (await answer) return false;
  }
  return true;
}

/** Whether some EphemeralSecret may make the Secret on demand, and it is not there. */
async function isAwaited(
  parts: GateParts,
  ref: { readonly namespace: string; readonly name: string },
  mayAsk: boolean,
): Promise<boolean> {
  const suppliers = await findSuppliers(parts, ref.namespace, [ref.name]);
  if (suppliers.length === 0) return false;
  for (const supplier of suppliers) {
    if (await hasMade(parts, supplier, ref.name)) return false;
  }
  return !mayAsk || (await parts.sink.read(ref)) === null;
}

async function hasMade(
  { objects, sink }: GateParts,
  supplier: ObjectRef,
  name: string,
): Promise<boolean> {
  const object = await objects.get(supplier);
  if (object === null) return false;
  const owned = await sink.readOwned({ ...supplier, uid: object.metadata.uid });
  return owned.some((secret) => secret.name === name);
}
