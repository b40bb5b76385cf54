import type { PodRequest } from '../annotations/parse-annotations.ts';
import type { Container } from '../pod/pod-schema.ts';

/**
 * Where the agent stands among the init containers. Before all of them it has a network also in a pod whose mesh
 * redirects traffic to a proxy that starts later; behind a proxy that is itself an init container it has that proxy's.
 */
export function decidePlace(
  initContainers: readonly Container[],
  order: PodRequest['order'],
  meshProxies: readonly string[],
): number {
  if (order === 'first') return 0;
  if (order === 'after') return initContainers.length;
  const last = initContainers.findLastIndex(
    ({ name, restartPolicy }) => restartPolicy === 'Always' && meshProxies.includes(name),
  );
  return last + 1;
}
