import type { ObjectRef } from '#core/api/object.ts';
import { parseTokenIssuer } from '#core/api/token-issuer.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import type { Reconcile } from '#platform/reconcile/run-attempt.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { refuseSpec } from '#platform/reconcile/refuse-spec.ts';

/** Says of a TokenIssuer whether its tokens are believed, and has the policies looked at that a change may concern. */
export function createTokenIssuerReconciler(parts: ControllerParts): Reconcile {
  return async (ref, context) => {
    const object = await parts.objects.get(ref);
    if (object !== null) context.observe(object.metadata);
    await enqueuePolicies(parts);
    if (object === null) return { kind: 'gone' };
    const parsed = parseTokenIssuer(object);
    if (parsed.kind === 'invalid') return refuseSpec(parsed.errors);
    return parsed.value.suspend
      ? settle('Suspended', 'its tokens are refused')
      : settle('Accepted', 'its tokens are believed where a policy names it');
  };
}

async function enqueuePolicies(parts: ControllerParts): Promise<void> {
  for (const kind of ['AccessPolicy', 'ClusterAccessPolicy'] as const) {
    for (const { metadata } of await parts.objects.list(kind)) {
      const ref: ObjectRef = { kind, namespace: metadata.namespace, name: metadata.name };
      parts.enqueue(ref);
    }
  }
}

function settle(reason: string, message: string): Outcome {
  return { kind: 'done', note: { reason, message, changed: false } };
}
