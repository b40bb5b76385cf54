import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMachine, type Machine } from './machine.ts';

const long = 600_000;
/** Two programs at a time: more only wait for the processor. */
const workers = 2;
const randomKills = 10;

interface Scenario {
  readonly name: string;
  readonly act: (machine: Machine) => Promise<void>;
  /** Every how many steps the program is killed, unless `SLOW=1` asks for each. */
  readonly every: number;
  /** Brings back what the other scenarios need. */
  readonly undo?: (machine: Machine) => Promise<void>;
}

const scenarios: readonly Scenario[] = [
  { name: 'a push', act: async (machine) => await machine.push(), every: 1 },
  {
    name: 'a push that calls a hook',
    act: async (machine) => await machine.pushHooked(),
    every: 8,
  },
  { name: 'an edit by hand', act: async (machine) => await machine.editByHand(), every: 5 },
  { name: 'a removal by hand', act: async (machine) => await machine.removeByHand(), every: 5 },
  { name: 'a shorter ttl', act: async (machine) => await machine.shortenTtl(), every: 6 },
  {
    name: 'an object taken away',
    act: async (machine) => await machine.toggleObject(),
    every: 6,
    undo: async (machine) => await machine.toggleObject(),
  },
];

interface Kill {
  readonly scenario: Scenario;
  readonly step: number;
}

const machines: Machine[] = [];
const killed = new Set<string>();

afterAll(async () => {
  for (const machine of machines) await machine.remove();
}, long);

async function prepare(): Promise<Machine> {
  const machine = await createMachine();
  machines.push(machine);
  await machine.start();
  await machine.expectAtRest();
  // The second push spoils a file, which then stays as it was: from here on all pushes are alike.
  await machine.push();
  await machine.expectAtRest();
  return machine;
}

/** Plays every scenario once without a kill, to learn its steps. */
async function planKills(machine: Machine): Promise<Kill[]> {
  const kills: Kill[] = [];
  for (const scenario of scenarios) {
    await machine.tell({ kind: 'arm', at: null });
    await scenario.act(machine);
    await machine.expectAtRest();
    const { length } = await machine.tell({ kind: 'tell' });
    await undo(machine, scenario);
    const every = process.env['SLOW'] === '1' ? 1 : scenario.every;
    for (let step = 1; step <= length; step += every) kills.push({ scenario, step });
  }
  return kills;
}

async function undo(machine: Machine, scenario: Scenario): Promise<void> {
  if (scenario.undo === undefined) return;
  await scenario.undo(machine);
  await machine.expectAtRest();
}

async function killOnce(machine: Machine, { scenario, step }: Kill): Promise<void> {
  await machine.tell({ kind: 'arm', at: step });
  await scenario.act(machine);
  const died = await Promise.race([machine.mayfly.ended(), delay(8_000, 'alive', { ref: false })]);
  if (died === 'SIGKILL') killed.add(`${scenario.name} ${step}`);
  else await machine.mayfly.end('SIGKILL');
  await machine.start();
  try {
    await machine.expectAtRest();
    await undo(machine, scenario);
  } catch (error) {
    const log = (await machine.mayfly.readLog()).split('\n').slice(-30).join('\n');
    throw new Error(`killed at step ${step} of ${scenario.name}\n${log}`, { cause: error });
  }
}

async function work(machine: Machine, kills: Kill[]): Promise<void> {
  for (let kill = kills.shift(); kill !== undefined; kill = kills.shift()) {
    await killOnce(machine, kill);
  }
}

describe('the program, killed', () => {
  it(
    'at each step of files, state and git, comes to the same end state when it is started again',
    async () => {
      const all = await Promise.all(Array.from({ length: workers }, prepare));
      const [first] = all;
      if (first === undefined) throw new Error('no machine');
      const kills = await planKills(first);
      await Promise.all(all.map(async (machine) => await work(machine, kills)));
      expect(killed.size).toBeGreaterThanOrEqual(50);
    },
    long,
  );

  it(
    'at random moments of pushes, comes to the same end state when it is started again',
    async () => {
      const random = createFakeRandom(20_261_122);
      const [machine] = machines;
      if (machine === undefined) throw new Error('no machine');
      for (let count = 0; count < randomKills; count += 1) {
        await machine.push();
        await delay(random.fraction() * 700);
        expect(await machine.mayfly.end('SIGKILL')).toBe('SIGKILL');
        await machine.start();
        await machine.expectAtRest();
      }
    },
    long,
  );
});
