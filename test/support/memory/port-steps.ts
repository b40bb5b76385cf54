/** Counts what passes through the ports, and kills the program at one of these steps. */
export interface PortSteps {
  readonly taken: number;
  /** The program dies at this step and no port works afterwards; null never. */
  killAt(step: number | null): void;
  step(name: string): void;
}

/** Thrown by a port of a killed program. */
export class Killed extends Error {}

export function createPortSteps(): PortSteps {
  let taken = 0;
  let end = Number.POSITIVE_INFINITY;
  return {
    get taken() {
      return taken;
    },
    killAt(step) {
      taken = 0;
      end = step ?? Number.POSITIVE_INFINITY;
    },
    step(name) {
      taken += 1;
      if (taken >= end) throw new Killed(`killed at step ${end}: ${name}`);
    },
  };
}
