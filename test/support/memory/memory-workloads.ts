import type { MayflyError } from '#core/errors/mayfly-error.ts';
import type { Clock } from '#core/ports/time.ts';
import type { Workloads } from '#core/ports/kube/workloads.ts';
import { createPortSteps, type PortSteps } from './port-steps.ts';

export interface SeenRestart {
  readonly workload: string;
  readonly value: string;
  readonly at: number;
}

/** {@link Workloads} that only note what was asked for. */
export interface MemoryWorkloads extends Workloads {
  readonly restarts: readonly SeenRestart[];
  /** Restarts fail like this; null heals. */
  breakRestarts(error: MayflyError | null): void;
}

export function createMemoryWorkloads(
  clock: Clock,
  steps: PortSteps = createPortSteps(),
): MemoryWorkloads {
  const restarts: SeenRestart[] = [];
  let fault: MayflyError | null = null;
  return {
    restarts,
    async restart(namespace, { kind, name }, { value }): Promise<void> {
      steps.step('workloads.restart');
      if (fault !== null) throw fault;
      restarts.push({ workload: `${namespace}/${kind}/${name}`, value, at: clock.now() });
    },
    breakRestarts(error): void {
      fault = error;
    },
  };
}
