import { namespacedKindNames } from '#core/api/object.ts';
import type { ControllerParts } from '../controller-parts.ts';

/** Has the objects of these namespaces looked at soon: what they may ask for could be another than before. */
export async function enqueueTenants(
  { objects, enqueue }: Pick<ControllerParts, 'objects' | 'enqueue'>,
  isConcerned: (namespace: string) => boolean,
): Promise<void> {
  for (const kind of namespacedKindNames) {
    for (const { metadata } of await objects.list(kind)) {
      const { namespace, name } = metadata;
      if (isConcerned(namespace)) enqueue({ kind, namespace, name });
    }
  }
}
