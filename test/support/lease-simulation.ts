import fc from 'fast-check';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Instant } from '#core/ports/time.ts';
import { hour, minute, startRig, type Rig, type RigOptions } from './controller-rig.ts';
import { sealSecret } from './memory/memory-decryptor.ts';

const latestMs = 30_000;
const earliestMs = 1_000;

/** Where the Secrets of a simulation are. */
export interface LeaseWorld {
  readonly options: Pick<RigOptions, 'openSink'>;
  /** The Secrets that a reader finds now, and when the lease of each ends. */
  readEnds(rig: Rig): Promise<ReadonlyMap<string, Instant>>;
  /** Begins a new program over what is there. */
  restart(rig: Rig): Promise<void>;
  /** The world is no longer needed. */
  end(): Promise<void>;
}

/** Watches every lease: nothing may die early, and nothing may outlive its lease while the program runs. */
class LeaseWatch {
  readonly #ends = new Map<string, Instant>();
  runningSince: Instant;

  constructor(now: Instant) {
    this.runningSince = now;
  }

  look(ends: ReadonlyMap<string, Instant>, now: Instant): void {
    for (const [name, end] of this.#ends) if (!ends.has(name)) this.#bury(name, now - end);
    for (const [name, end] of ends) this.#ends.set(name, end);
    for (const [name, end] of this.#ends) {
      const late = now - Math.max(end, this.runningSince);
      if (late > latestMs) throw new Error(`${name} outlives its lease by ${late} ms`);
    }
  }

  #bury(name: string, lateMs: number): void {
    if (lateMs < -earliestMs) throw new Error(`${name} died ${-lateMs} ms early`);
    this.#ends.delete(name);
  }
}

const faults = [
  createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' }),
  createError('MAYFLY_GIT_FORBIDDEN', { host: 'git.test' }),
  null,
];

const step = fc.oneof(
  fc.record({ kind: fc.constant('fault' as const), which: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ kind: fc.constant('stop' as const), ms: fc.integer({ min: 0, max: 5 * hour }) }),
  fc.record({ kind: fc.constant('sleep' as const), ms: fc.integer({ min: 0, max: 5 * hour }) }),
  fc.record({ kind: fc.constant('spoil' as const), corrupt: fc.boolean() }),
  fc.record({ kind: fc.constant('keys' as const), there: fc.boolean() }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Scene {
  readonly rig: Rig;
  readonly world: LeaseWorld;
  readonly watch: LeaseWatch;
}

async function act({ rig, world, watch }: Scene, happening: Step): Promise<void> {
  switch (happening.kind) {
    case 'fault':
      rig.git.breakHost(faults[happening.which] ?? null);
      return;
    case 'spoil': {
      const content = { password: String(rig.clock.now()) };
      rig.git.commit({ 'apps/db.yaml': sealSecret('db', content, { corrupt: happening.corrupt }) });
      return;
    }
    case 'keys':
      if (happening.there) rig.keys.put('prod', 'keys', { 'age.txt': 'key-1' });
      else rig.keys.remove('prod', 'keys');
      return;
    default:
      rig.sleep(happening.ms);
      watch.runningSince = rig.clock.now();
      if (happening.kind === 'stop') await world.restart(rig);
  }
}

async function look({ rig, world, watch }: Scene): Promise<void> {
  watch.look(await world.readEnds(rig), rig.clock.now());
}

/**
 * Lets the reconcilers live through outages, stops, sleeps, spoilt files and lost keys, by the injected clock. Throws
 * when, while the program runs, a Secret outlives its lease by more than 30 s or dies 1 s early, or when plaintext is
 * not wiped.
 */
export async function simulateLeases(
  createWorld: () => Promise<LeaseWorld>,
  runs: { readonly numRuns: number; readonly endOnFailure?: boolean },
): Promise<void> {
  const terms = fc.record({
    ttlSeconds: fc.integer({ min: 5, max: 7_200 }),
    maxStaleSeconds: fc.integer({ min: 0, max: 20_000 }),
    lifetime: fc.constantFrom('Continuous', 'Once'),
  });
  const happenings = fc.array(fc.tuple(step, fc.integer({ min: 1, max: 60 })), { maxLength: 10 });
  const run = fc.asyncProperty(terms, happenings, async (asked, steps) => {
    const world = await createWorld();
    try {
      await live(world, asked, steps);
    } finally {
      await world.end();
    }
  });
  await fc.assert(run, { ...runs, includeErrorInReport: true });
}

async function live(
  world: LeaseWorld,
  asked: {
    readonly ttlSeconds: number;
    readonly maxStaleSeconds: number;
    readonly lifetime: string;
  },
  steps: readonly (readonly [Step, number])[],
): Promise<void> {
  const { ttlSeconds, maxStaleSeconds, lifetime } = asked;
  const files = {
    'apps/db.yaml': sealSecret('db', { a: '1' }),
    'apps/x.yaml': sealSecret('x', { b: '2' }),
  };
  const secret = { ttl: `${ttlSeconds}s`, maxStale: `${maxStaleSeconds}s`, lifetime };
  const rig = await startRig(files, { ...world.options, secret });
  const scene = { rig, world, watch: new LeaseWatch(rig.clock.now()) };
  await look(scene);
  for (const [happening, ticks] of steps) {
    await act(scene, happening);
    for (let tick = 0; tick < 40; tick += 1) {
      await rig.advance(Math.min(minute, ticks * 1_000));
      await look(scene);
    }
  }
  if (rig.decryptor.open !== 0) throw new Error('plaintext was not wiped');
}
