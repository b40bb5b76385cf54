import { describe, expect, it } from '@jest/globals';
import {
  simulateEvents,
  simulateLeaders,
  type SimulationFaults,
} from '#test/support/simulation/simulate.ts';

const isSlow = process.env['SLOW'] === '1';
const long = 1_200_000;

/** The seeds of the schedules that went wrong, and how. */
async function findFailures(
  simulate: (seed: number) => Promise<SimulationFaults>,
  count: number,
): Promise<ReadonlyMap<number, SimulationFaults>> {
  const failures = new Map<number, SimulationFaults>();
  for (let seed = 1; seed <= count; seed += 1) {
    const faults = await simulate(seed);
    if (faults.length > 0) failures.set(seed, faults.slice(0, 3));
  }
  return failures;
}

describe('in random schedules', () => {
  it(
    'that lose, repeat and mix up 30 % of all events the end is what git says, and no Secret dies early or lives on',
    async () => {
      expect(await findFailures(simulateEvents, isSlow ? 5000 : 500)).toEqual(new Map());
    },
    long,
  );

  it(
    'that pause and kill two controllers nothing is lost, dies early or lives on',
    async () => {
      expect(await findFailures(simulateLeaders, isSlow ? 2000 : 100)).toEqual(new Map());
    },
    long,
  );
});
