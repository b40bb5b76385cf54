import type { Logger } from '#platform/log/logger.ts';
import type { ControllerParts } from '../controller-parts.ts';
import { findSuppliers } from '../dependents.ts';

/** Has the objects looked at that make the Secrets which pods begin or cease to use. */
export function createUseAnswer(
  parts: Pick<ControllerParts, 'objects' | 'memory' | 'enqueue'>,
  logger: Logger,
): (namespace: string, names: readonly string[]) => void {
  return (namespace, names) => {
    findSuppliers(parts, namespace, names)
      .then((refs) => refs.forEach((ref) => parts.enqueue(ref)))
      .catch((error: unknown) => {
        logger.warn('the objects that pods wait for are looked at later', { error });
      });
  };
}
