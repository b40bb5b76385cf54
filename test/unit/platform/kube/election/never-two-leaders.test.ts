import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { LeaderElection } from '#core/ports/kube/leader-election.ts';
import type { Random } from '#core/ports/time.ts';
import { createLeaderElection } from '#platform/kube/election/create-leader-election.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import {
  createPausableProgram,
  type PausableProgram,
} from '#test/support/kube/pausable-program.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';

const schedules = process.env['SLOW'] === '1' ? 2000 : 60;
const names = ['a', 'b', 'c'] as const;
const moves = 30;
const cut = createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'lease', reason: 'cut' });

interface Candidate {
  readonly name: string;
  readonly election: LeaderElection;
  readonly program: PausableProgram;
  isPaused: boolean;
  isCut: boolean;
  /** How long its requests and answers travel at most. */
  slownessMs: number;
}

class Simulation {
  readonly clock: FakeClock = createFakeClock();
  readonly kube: MemoryKube = createMemoryKube(this.clock);
  readonly random: Random;
  readonly candidates: Candidate[] = [];
  /** Asking makes a process notice what it has lost: half of the schedules do not ask one that is stopped. */
  readonly asksAll: boolean;

  constructor(seed: number) {
    this.random = createFakeRandom(seed);
    this.asksAll = seed % 2 === 0;
    for (const name of names) this.join(name);
  }

  join(name: string): void {
    const program = createPausableProgram(this.clock, this.kube.connect(name));
    const { api, clock } = program;
    const election = createLeaderElection(
      { api, clock, random: this.random, onFault: () => undefined },
      {
        namespace: 'mayfly-system',
        name: 'controller',
        identity: name,
        leaseDurationMs: 15_000,
        renewDeadlineMs: 10_000,
        retryPeriodMs: 2000,
      },
    );
    const candidate = { name, election, program, isPaused: false, isCut: false, slownessMs: 0 };
    this.candidates.push(candidate);
    this.kube.faults.add({
      matches: ({ client }) => client === name,
      before: () => this.#travel(candidate),
      after: () => this.#travel(candidate),
    });
    void election.run(new AbortController().signal);
  }

  leaders(): readonly string[] {
    const asked = this.candidates.filter(({ isPaused }) => this.asksAll || !isPaused);
    return asked.filter(({ election }) => election.isLeading()).map(({ name }) => name);
  }

  move(): void {
    const candidate = this.candidates[this.#pick(names.length)];
    if (candidate === undefined) return;
    const kinds = [pauseOrResume, cutOrHeal, slowDown, jumpClock, compete] as const;
    kinds[this.#pick(kinds.length)]?.(candidate, this.random);
  }

  async heal(): Promise<void> {
    for (const candidate of this.candidates) {
      candidate.isCut = false;
      candidate.slownessMs = 0;
      candidate.isPaused = false;
      candidate.program.resume();
    }
    await settle();
  }

  async #travel(candidate: Candidate): Promise<void> {
    const delayMs = candidate.slownessMs * this.random.fraction();
    if (delayMs > 0) {
      await new Promise<void>((resolve) => {
        this.clock.after(delayMs, resolve);
      });
    }
    if (candidate.isCut) throw cut;
  }

  #pick(count: number): number {
    return Math.floor(this.random.fraction() * count);
  }
}

function pauseOrResume(candidate: Candidate): void {
  if (candidate.isPaused) candidate.program.resume();
  else candidate.program.pause();
  candidate.isPaused = !candidate.isPaused;
}

function cutOrHeal(candidate: Candidate): void {
  candidate.isCut = !candidate.isCut;
}

function slowDown(candidate: Candidate, random: Random): void {
  candidate.slownessMs = random.fraction() < 0.5 ? 0 : 14_000 * random.fraction();
}

function jumpClock(candidate: Candidate, random: Random): void {
  candidate.program.jumpBy((random.fraction() - 0.5) * 7_200_000);
}

/** Gives up, so that the others compete. */
function compete(candidate: Candidate, random: Random): void {
  if (random.fraction() < 0.2) void candidate.election.release();
}

async function runSchedule(seed: number): Promise<number> {
  const simulation = new Simulation(seed);
  let ledSteps = 0;
  for (let move = 0; move < moves; move += 1) {
    const durationMs = 8000 * simulation.random.fraction();
    for (let passedMs = 0; passedMs < durationMs; passedMs += 500) {
      await simulation.clock.advance(500);
      const leaders = simulation.leaders();
      if (leaders.length > 1) throw new Error(`seed ${seed}: ${leaders.join(' and ')} lead`);
      ledSteps += leaders.length;
    }
    simulation.move();
  }
  await simulation.heal();
  simulation.join('d');
  await simulation.clock.advance(40_000);
  expect(simulation.leaders()).toHaveLength(1);
  return ledSteps;
}

describe('electors under pauses, cuts, slow answers, clock jumps and releases', () => {
  it('never lead two at once, and one leads in the end', async () => {
    let ledSteps = 0;
    for (let seed = 1; seed <= schedules; seed += 1) ledSteps += await runSchedule(seed);
    expect(ledSteps).toBeGreaterThan(schedules);
  }, 300_000);
});
