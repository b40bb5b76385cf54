import { formatRef, type ObjectRef } from '#core/api/object.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import type { Reconcile, ReconcileContext } from '#platform/reconcile/run-attempt.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { refuseSpec } from '#platform/reconcile/refuse-spec.ts';
import { gatherSecret, type ReadySecret } from './gather-secret.ts';
import { leaveCluster } from './leave-cluster.ts';
import { runPass } from './run-pass.ts';

/** How soon an object is looked at again whose source was not asked yet, in milliseconds. */
const pendingMs = 5_000;
/** How soon an object is looked at again while pods are listed, in milliseconds. */
const listingMs = 500;
/** How long nothing is tried in a namespace that is being deleted, in milliseconds. */
const endingMs = 10_000;

/** Keeps the Secrets of EphemeralSecrets as their source says, under their leases. */
export function createEphemeralSecretReconciler(parts: ControllerParts): Reconcile {
  return async (ref, context) => {
    const beganAt = parts.clock.now();
    let isTried = false;
    try {
      const outcome = await reconcile(parts, ref, context);
      isTried = outcome.kind !== 'waiting';
      return outcome;
    } catch (error) {
      isTried = !isOutage(error);
      throw error;
    } finally {
      if (isTried) parts.memory.triedAt.set(formatRef(ref), beganAt);
    }
  };
}

function isOutage(error: unknown): boolean {
  return isMayflyError(error) && (error.kind === 'unavailable' || error.kind === 'conflict');
}

async function reconcile(
  parts: ControllerParts,
  ref: ObjectRef,
  context: ReconcileContext,
): Promise<Outcome> {
  const input = await gatherSecret(parts, ref);
  if (input.kind === 'gone') return await removeAll(parts, ref);
  context.observe(input.object.metadata);
  if (input.kind === 'refused') return refuseSpec(input.errors);
  if (input.kind === 'waiting') return { kind: 'waiting', afterMs: listingMs };
  if (input.kind === 'elsewhere') return await leaveCluster(parts, input);
  if (input.standing.event.kind === 'unknown' && !input.spec.suspend) {
    return { kind: 'waiting', afterMs: pendingMs };
  }
  return await passUnlessEnding(parts, input, context.signal);
}

/** Secrets go with their namespace. Each of them that goes is told, and none is made anew, nor tried to be. */
async function passUnlessEnding(
  parts: ControllerParts,
  input: ReadySecret,
  signal: AbortSignal,
): Promise<Outcome> {
  const { endings } = parts.memory;
  const { namespace } = input.ref;
  const quietMs = (endings.get(namespace) ?? 0) - input.now;
  if (quietMs > 0) return { kind: 'waiting', afterMs: quietMs };
  endings.delete(namespace);
  try {
    return await runPass(parts, input, signal);
  } catch (error) {
    if (!isMayflyError(error) || error.code !== 'MAYFLY_KUBE_NAMESPACE_ENDING') throw error;
    endings.set(namespace, input.now + endingMs);
    return { kind: 'waiting', afterMs: endingMs };
  }
}

/** The object is gone, and with it every Secret that says it belongs to it. */
async function removeAll({ sink }: ControllerParts, ref: ObjectRef): Promise<Outcome> {
  const all = await sink.listManaged();
  const ours = all.filter(
    ({ namespace, lease: { owner } }) => namespace === ref.namespace && owner.name === ref.name,
  );
  for (const secret of ours) await sink.remove(secret, secret);
  return { kind: 'gone' };
}
