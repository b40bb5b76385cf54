import { createError } from '#core/errors/mayfly-error.ts';
import type { NamespaceLabels } from '#core/ports/kube/namespace-labels.ts';
import { doesPolicySelect, viewPolicy, type PolicyView } from '#core/tenancy/policy-view.ts';
import { rememberBy } from '#platform/state/remember-by.ts';
import type { TenancyAsker } from './tenancy-parts.ts';

/** A mirror gives the same object until it changes, so each is validated once. */
const viewOnce = rememberBy(viewPolicy);

type PolicyReader = Pick<TenancyAsker, 'objects' | 'memory'>;

export interface Tenant {
  readonly namespace: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  /** Those that select it. */
  readonly policies: readonly PolicyView[];
}

/**
 * A namespace and its TenantPolicies. Throws `MAYFLY_TENANCY_NAMESPACE_UNKNOWN` while its labels are not known, and
 * nothing is decided then.
 */
export async function readTenant(
  parts: PolicyReader,
  namespaces: NamespaceLabels,
  name: string,
): Promise<Tenant> {
  const labels = namespaces.read(name);
  if (labels === null) throw createError('MAYFLY_TENANCY_NAMESPACE_UNKNOWN', { namespace: name });
  const namespace = { name, labels };
  const policies = await readPolicies(parts);
  return { namespace, policies: policies.filter((view) => doesPolicySelect(view, namespace)) };
}

/** Every stored TenantPolicy. From here on it is remembered which ones objects were decided on with. */
export async function readPolicies({
  objects,
  memory,
}: PolicyReader): Promise<readonly PolicyView[]> {
  const stored = await objects.list('TenantPolicy');
  memory.policies ??= new Map(stored.map((object) => [object.metadata.name, object]));
  return stored.map(viewOnce);
}
