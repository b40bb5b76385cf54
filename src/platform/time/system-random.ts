import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Random } from '#core/ports/time.ts';

const fractionSteps = 2 ** 47;

/** Randomness of the operating system. */
export function createSystemRandom(): Random {
  return {
    bytes: (length) => new Uint8Array(randomBytes(length)),
    fraction: () => randomInt(fractionSteps) / fractionSteps,
    uuid: () => randomUUID(),
  };
}
