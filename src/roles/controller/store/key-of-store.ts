import { formatRef, type ObjectRef } from '#core/api/object.ts';

/** By what the memory of this process knows a store. */
export function keyOfStore(ref: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): string {
  return `${ref.kind} ${formatRef(ref)}`;
}
