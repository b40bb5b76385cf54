import { parseQuantity } from './quantity.ts';
import type { Container, Pod } from './pod-schema.ts';

type Resources = Container['resources'];

/** The uid that a container runs as; null where the image decides. */
export function readUid(pod: Pod, container: Container): number | null {
  return container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? null;
}

/** Whether the pod is for Windows nodes. */
export function isWindows({ spec }: Pod): boolean {
  return spec.os?.name === 'windows' || spec.nodeSelector?.['kubernetes.io/os'] === 'windows';
}

/**
 * Whether the kubelet takes the pod to be of the class Guaranteed: requests equal limits everywhere, for processor and
 * memory. See {@link https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/}.
 */
export function isGuaranteed({ spec }: Pod): boolean {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return isFixed(spec.resources) || containers.every(({ resources }) => isFixed(resources));
}

/** Whether requests equal limits, for processor and memory. */
export function isFixed(resources: Resources): boolean {
  return ['cpu', 'memory'].every((name) => {
    const limit = amountOf(resources?.limits?.[name]);
    const request = amountOf(resources?.requests?.[name]) ?? limit;
    return limit !== null && request !== null && Math.abs(limit - request) <= limit * 1e-9;
  });
}

function amountOf(quantity: string | number | undefined): number | null {
  return quantity === undefined ? null : parseQuantity(String(quantity));
}
