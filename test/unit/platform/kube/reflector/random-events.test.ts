import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeName } from '#core/ports/kube/kube-api.ts';
import type { Reflector, ReflectorChange } from '#core/ports/kube/reflector.ts';
import type { Random } from '#core/ports/time.ts';
import { createReflector } from '#platform/kube/reflector/create-reflector.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { configMaps } from '#test/support/kube/breakable-memory-kube.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';

const schedules = process.env['SLOW'] === '1' ? 5000 : 500;
const writes = 30;
const names = ['a', 'b', 'c', 'd', 'e'];
const labelled = { metadata: { labels: { mine: 'yes' } } };
const unlabelled = { metadata: { labels: { mine: null } } };

interface Kept {
  readonly name: string;
  readonly version: string;
}

class Simulation {
  readonly clock: FakeClock = createFakeClock();
  readonly kube: MemoryKube = createMemoryKube(this.clock);
  readonly random: Random;
  readonly reflector: Reflector<Kept>;
  /** What somebody knows who only heard of changes. */
  readonly heard = new Map<string, string>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(seed: number) {
    this.random = createFakeRandom(seed);
    this.reflector = createReflector<Kept>(
      { api: this.kube, clock: this.clock, random: this.random, onFault: () => undefined },
      {
        query: { resource: configMaps, labelSelector: 'mine' },
        keep: ({ metadata }) => ({ name: metadata.name, version: metadata.resourceVersion }),
        onChange: (change) => this.#hear(change),
      },
    );
    this.#running = this.reflector.run(this.#stop.signal);
    this.kube.watches.setFaults({ random: this.random, drop: 0.1, duplicate: 0.1, reorder: 0.1 });
  }

  async step(): Promise<void> {
    this.#write(names[this.#pick(names.length)] ?? '');
    const { watches } = this.kube;
    const faults = [
      () => watches.breakAll(),
      () => watches.endAll(),
      () => watches.freezeAll(),
      () => this.kube.compact(),
      () => this.#refuseNext(),
    ];
    faults[this.#pick(faults.length * 3)]?.();
    if (this.#pick(4) === 0) await this.clock.advance(2000 * this.random.fraction());
    else if (this.#pick(2) === 0) await settle(1);
  }

  /** Heals everything, and lets a list come of its own accord or because versions are no longer kept. */
  async heal(): Promise<void> {
    const { watches } = this.kube;
    watches.setFaults(null);
    if (this.#pick(4) === 0) await this.clock.advance(16 * 60_000);
    else {
      this.kube.put(configMaps, { metadata: { name: 'other', namespace: 'prod' } });
      this.kube.compact();
      watches.breakAll();
      // Refusals may have piled up, each of which takes up to half a minute.
      await this.clock.advance(5 * 60_000);
    }
    this.#stop.abort();
    await this.#running;
  }

  /** What there is. */
  actual(): Record<string, string> {
    const found = names.flatMap((name) => this.kube.peek(targetOf(name)) ?? []);
    const ours = found.filter(({ metadata }) => metadata.labels?.['mine'] === 'yes');
    const versions = ours.map(({ metadata }) => [metadata.name, metadata.resourceVersion] as const);
    return Object.fromEntries(versions);
  }

  mirrored(): Record<string, string> {
    return Object.fromEntries(this.reflector.list().map(({ name, version }) => [name, version]));
  }

  #write(name: string): void {
    const target = targetOf(name);
    const text = String(this.random.fraction());
    if (this.kube.peek(target) === null) {
      this.kube.put(configMaps, {
        metadata: { name, namespace: 'prod', labels: { mine: 'yes' } },
        data: { text },
      });
      return;
    }
    const kind = this.#pick(8);
    if (kind < 2) this.kube.removeByHand(target);
    else if (kind === 2) this.kube.edit(target, unlabelled);
    else if (kind === 3) this.#learn(name, text);
    else this.kube.edit(target, { ...labelled, data: { text } });
  }

  /** A write of ours, which nobody is told of. */
  #learn(name: string, text: string): void {
    const answer = this.kube.edit(targetOf(name), { ...labelled, data: { text } }, 'mayfly');
    this.reflector.learn(answer);
    this.heard.set(name, answer.metadata.resourceVersion);
  }

  #hear({ before, after }: ReflectorChange<Kept>): void {
    if (after !== null) this.heard.set(after.name, after.version);
    else if (before !== null) this.heard.delete(before.name);
  }

  #refuseNext(): void {
    const failure = createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'list', reason: 'refused' });
    this.kube.failNext(() => true, failure);
  }

  #pick(count: number): number {
    return Math.floor(this.random.fraction() * count);
  }
}

function targetOf(name: string): KubeName {
  return { resource: configMaps, namespace: 'prod', name };
}

async function runSchedule(seed: number): Promise<void> {
  const simulation = new Simulation(seed);
  for (let write = 0; write < writes; write += 1) await simulation.step();
  await simulation.heal();
  const ends = { seed, mirrored: simulation.mirrored(), heard: toRecord(simulation.heard) };
  const actual = simulation.actual();
  expect(ends).toEqual({ seed, mirrored: actual, heard: actual });
}

function toRecord(map: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(map);
}

describe('a mirror whose events are dropped, doubled and out of order', () => {
  it('is what there is in the end, and so is the sum of what it has told', async () => {
    for (let seed = 1; seed <= schedules; seed += 1) await runSchedule(seed);
  }, 300_000);
});
