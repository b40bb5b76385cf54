import { createError } from '#core/errors/mayfly-error.ts';
import type { GatedPod, PodGates } from '#core/ports/kube/pod-gates.ts';

export interface MemoryGates extends PodGates {
  readonly pods: Map<string, GatedPod>;
  /** The names of pods whose gate was taken off, in order. */
  readonly lifted: readonly string[];
  /** How many times it was tried. */
  readonly tries: number;
  /** Whether each try fails for want of a right. */
  isDenied: boolean;
}

/** {@link PodGates} in memory. */
export function createMemoryGates(): MemoryGates {
  const pods = new Map<string, GatedPod>();
  const lifted: string[] = [];
  let tries = 0;
  const gates = {
    pods,
    lifted,
    isDenied: false,
    get tries() {
      return tries;
    },
    follow: () => undefined,
    followIfAny: async () => undefined,
    list: () => [...pods.values()],
    async lift(pod: GatedPod): Promise<void> {
      tries += 1;
      if (gates.isDenied) {
        throw createError('MAYFLY_KUBE_FORBIDDEN', { what: 'patch pods', user: 'mayfly' });
      }
      const known = pods.get(pod.name);
      if (known?.resourceVersion !== pod.resourceVersion) {
        throw createError('MAYFLY_KUBE_CONFLICT', { what: 'patch pods' });
      }
      pods.delete(pod.name);
      lifted.push(pod.name);
    },
  };
  return gates;
}
