import type { ObjectRef, StoredObject } from '#core/api/object.ts';
import { parseTenantPolicy } from '#core/api/tenant-policy.ts';
import { doesPolicySelect, viewPolicy } from '#core/tenancy/policy-view.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import type { Reconcile } from '#platform/reconcile/run-attempt.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { refuseSpec } from '#platform/reconcile/refuse-spec.ts';
import { enqueueTenants } from './enqueue-tenants.ts';
import { readPolicies } from '../../tenancy/read-policies.ts';

/** Says of a TenantPolicy whether it is in force, and has those looked at whom a change concerns. */
export function createTenantPolicyReconciler(parts: ControllerParts): Reconcile {
  return async (ref, context) => {
    const object = await parts.objects.get(ref);
    if (object !== null) context.observe(object.metadata);
    await tellTenants(parts, ref, object);
    return object === null ? { kind: 'gone' } : decideOutcome(object);
  };
}

function decideOutcome(object: StoredObject): Outcome {
  const parsed = parseTenantPolicy(object);
  if (parsed.kind === 'invalid') return refuseSpec(parsed.errors);
  const message = 'the namespaces it selects may ask for what it allows';
  return { kind: 'done', note: { reason: 'Enforced', message, changed: false } };
}

/** Also those are concerned that it selected before. */
async function tellTenants(
  parts: ControllerParts,
  { name }: ObjectRef,
  after: StoredObject | null,
): Promise<void> {
  if (parts.tenancy === null) return;
  await readPolicies(parts);
  const { memory } = parts;
  const before = memory.policies?.get(name) ?? null;
  if (isSame(before, after)) return;
  const { namespaces } = parts.tenancy;
  const views = [before, after].filter((object) => object !== null).map(viewPolicy);
  await enqueueTenants(parts, (namespace) => {
    const labels = namespaces.read(namespace);
    if (labels === null) return true;
    return views.some((view) => doesPolicySelect(view, { name: namespace, labels }));
  });
  if (after === null) memory.policies?.delete(name);
  else memory.policies?.set(name, after);
}

function isSame(before: StoredObject | null, after: StoredObject | null): boolean {
  return (
    before?.metadata.uid === after?.metadata.uid &&
    before?.metadata.generation === after?.metadata.generation
  );
}
