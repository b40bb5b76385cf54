import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Instant } from '#core/ports/time.ts';
import { hour, minute, startRig, type Rig } from '#test/support/controller-rig.ts';
import { sealSecret } from '#test/support/memory/memory-decryptor.ts';

const numRuns = process.env['SLOW'] === '1' ? 1_000 : 50;
const latestMs = 30_000;
const earliestMs = 1_000;

/** Watches every lease: nothing may die early, and nothing may outlive its lease while the program runs. */
class LeaseWatch {
  readonly #ends = new Map<string, Instant>();
  runningSince: Instant = 0;

  async look(rig: Rig): Promise<void> {
    const names = new Set(rig.sink.names());
    for (const [name, end] of this.#ends) {
      if (!names.has(name)) this.#bury(name, rig.clock.now() - end);
    }
    for (const name of names) this.#ends.set(name, await readEnd(rig, name));
  }

  #bury(name: string, lateMs: number): void {
    if (lateMs < -earliestMs) throw new Error(`${name} died ${-lateMs} ms early`);
    this.#ends.delete(name);
  }

  expectNoneOverdue(now: Instant): void {
    for (const [name, end] of this.#ends) {
      const late = now - Math.max(end, this.runningSince);
      if (late > latestMs) throw new Error(`${name} outlives its lease by ${late} ms`);
    }
  }
}

async function readEnd(rig: Rig, path: string): Promise<Instant> {
  const [namespace = '', name = ''] = path.split('/');
  const lease = (await rig.sink.read({ namespace, name }))?.lease ?? null;
  if (lease === null) throw new Error(`${name} has no lease`);
  return lease.expiresAt;
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

function act(rig: Rig, watch: LeaseWatch, happening: Step): void {
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
      if (happening.kind === 'stop') rig.restart();
  }
}

it('no Secret outlives its lease by more than 30 s, nor dies 1 s early', async () => {
  const run = fc.asyncProperty(
    fc.record({
      ttlSeconds: fc.integer({ min: 5, max: 7_200 }),
      maxStaleSeconds: fc.integer({ min: 0, max: 20_000 }),
      lifetime: fc.constantFrom('Continuous', 'Once'),
    }),
    fc.array(fc.tuple(step, fc.integer({ min: 1, max: 60 })), { maxLength: 8 }),
    async ({ ttlSeconds, maxStaleSeconds, lifetime }, steps) => {
      const rig = await startRig(
        {
          'apps/db.yaml': sealSecret('db', { a: '1' }),
          'apps/x.yaml': sealSecret('x', { b: '2' }),
        },
        { secret: { ttl: `${ttlSeconds}s`, maxStale: `${maxStaleSeconds}s`, lifetime } },
      );
      const watch = new LeaseWatch();
      watch.runningSince = rig.clock.now();
      await watch.look(rig);
      for (const [happening, ticks] of steps) {
        act(rig, watch, happening);
        const tickMs = Math.min(minute, ticks * 1_000);
        for (let tick = 0; tick < 24; tick += 1) {
          await rig.advance(tickMs);
          await watch.look(rig);
          watch.expectNoneOverdue(rig.clock.now());
        }
      }
      expect(rig.decryptor.open).toBe(0);
    },
  );
  await fc.assert(run, { numRuns });
});
