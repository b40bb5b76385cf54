import type { ObjectRef } from '#core/api/object.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import type { Reconcile } from '#platform/reconcile/run-attempt.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { refuseSpec } from '../refuse-spec.ts';
import { gatherSecret } from './gather-secret.ts';
import { runPass } from './run-pass.ts';

/** How soon an object is looked at again whose source was not asked yet, in milliseconds. */
const pendingMs = 5_000;

/** Keeps the Secrets of EphemeralSecrets as their source says, under their leases. */
export function createEphemeralSecretReconciler(parts: ControllerParts): Reconcile {
  return async (ref, context) => {
    const input = await gatherSecret(parts, ref);
    if (input.kind === 'gone') return await removeAll(parts, ref);
    context.observe(input.object.metadata.generation);
    if (input.kind === 'refused') return refuseSpec(input.errors);
    if (input.standing.event.kind === 'unknown' && !input.spec.suspend) {
      return { kind: 'waiting', afterMs: pendingMs };
    }
    return await runPass(parts, input, context.signal);
  };
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
