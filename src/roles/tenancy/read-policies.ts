import type { StoredObject } from '#core/api/object.ts';
import { viewPolicy, type PolicyView } from '#core/tenancy/policy-view.ts';
import type { TenancyAsker } from './tenancy-parts.ts';

/** Every stored TenantPolicy. From here on it is remembered which ones objects were decided on with. */
export async function readPolicies({
  objects,
  memory,
}: Pick<TenancyAsker, 'objects' | 'memory'>): Promise<readonly PolicyView[]> {
  const stored = await objects.list('TenantPolicy');
  memory.policies ??= new Map(stored.map((object) => [object.metadata.name, object]));
  return stored.map((object) => view(memory.views, object));
}

/** A mirror gives the same object until it changes, so each is validated once. */
function view(known: WeakMap<StoredObject, PolicyView>, object: StoredObject): PolicyView {
  const before = known.get(object);
  if (before !== undefined) return before;
  const made = viewPolicy(object);
  known.set(object, made);
  return made;
}
