import { kindResources, type KindName, type StoredObject } from '#core/api/object.ts';
import { aStoredObject } from '#test/support/objects/a-stored-object.ts';

/** An object of a kind with this spec, as it would be stored; of a namespaced kind in `shop`. */
export function aStored(kind: KindName, name: string, spec: unknown): StoredObject {
  const namespace = kindResources[kind].scope === 'Namespaced' ? 'shop' : '';
  return aStoredObject(kind, { metadata: { namespace, name }, spec });
}
