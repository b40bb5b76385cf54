import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createError } from '#core/errors/mayfly-error.ts';
import {
  aSecretSpec,
  minute,
  secretRef,
  sourceRef,
  startRig,
  type Rig,
  type RigOptions,
} from '#test/support/controller-rig.ts';
import { aManifest, sealFile, sealSecret } from '#test/support/memory/memory-decryptor.ts';
import { Killed } from '#test/support/memory/port-steps.ts';

const db = { namespace: 'prod', name: 'db' };
const numRuns = process.env['SLOW'] === '1' ? 1_000 : 50;

const before = {
  'apps/db.yaml': sealSecret('db', { password: 'one' }),
  'apps/gone.yaml': sealSecret('gone', { a: '1' }),
  'apps/bad.yaml': sealSecret('bad', { b: '2' }),
};
const after = {
  'apps/db.yaml': sealSecret('db', { password: 'two' }),
  'apps/gone.yaml': null,
  'apps/bad.yaml': sealSecret('bad', { b: '3' }, { corrupt: true }),
  'apps/new.yaml': sealFile([aManifest('n1', { c: '4' }), aManifest('n2', { d: '5' })]),
};

/** What somebody can see from outside, without versions and instants. */
function seen(rig: Rig): unknown {
  const names = rig.sink.names().map((name) => name.split('/')[1] ?? '');
  const texts = names.map((name) => [name, rig.sink.textOf({ namespace: 'prod', name })]);
  const status = rig.statusOf<{ secrets: { name: string }[]; failures: { code: string }[] }>(
    secretRef(),
  );
  return {
    texts,
    rows: status.secrets?.map(({ name }) => name),
    failures: status.failures?.map(({ code }) => code),
    ready: rig.conditionOf(secretRef())?.reason,
    source: rig.statusOf<{ revision: string }>(sourceRef()).revision,
  };
}

interface Scene {
  readonly options: RigOptions & { readonly secret?: object };
  /** What happens to a world at rest. */
  readonly act: (rig: Rig) => void;
  /** How long until it must be at rest again. */
  readonly restMs: number;
}

const scenes: Readonly<Record<string, Scene>> = {
  'the first sight': { options: {}, act: () => undefined, restMs: 2 * minute },
  'a push': { options: {}, act: (rig) => void rig.git.commit(after), restMs: 3 * minute },
  'a renewal': { options: {}, act: () => undefined, restMs: 45 * minute },
  'a hand edit': {
    options: {},
    act: (rig) => rig.sink.edit(db, 'password', 'by hand'),
    restMs: 2 * minute,
  },
  'a removal by hand': { options: {}, act: (rig) => rig.sink.removeByHand(db), restMs: 2 * minute },
  'a deletion': {
    options: {},
    act: (rig) => rig.objects.delete(secretRef()),
    restMs: 2 * minute,
  },
  'a release': {
    options: { secret: { prune: false } },
    act: (rig) => void rig.git.commit({ 'apps/gone.yaml': null }),
    restMs: 3 * minute,
  },
  'an issue of Once': {
    options: { secret: { lifetime: 'Once' } },
    act: (rig) => rig.objects.annotate(secretRef(), { 'mayfly.dev/force': '1' }),
    restMs: 3 * minute,
  },
  'a hook': {
    options: { hooks: ['reload'], secret: { restart: ['reload'] } },
    act: (rig) => void rig.git.commit(after),
    restMs: 3 * minute,
  },
};

async function play({ options, act, restMs }: Scene, kill: number | null): Promise<Rig> {
  const rig = await startRig(before, options);
  act(rig);
  rig.steps.killAt(kill);
  try {
    await rig.advance(restMs);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    rig.restart();
    await rig.advance(restMs);
  }
  return rig;
}

describe('a kill at any step of the ports', () => {
  it.each(Object.keys(scenes))('during %s ends like no kill at all', async (name) => {
    const scene = scenes[name];
    if (scene === undefined) throw new Error('no such scene');
    const whole = await play(scene, null);
    const steps = whole.steps.taken;
    expect(steps).toBeGreaterThan(5);
    for (let kill = 1; kill <= Math.min(steps, 150); kill += 1) {
      const killed = await play(scene, kill);
      expect({ kill, seen: seen(killed) }).toEqual({ kill, seen: seen(whole) });
      if (name === 'a hook') expect(killed.changes.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('at the very first sight ends like no kill at all', async () => {
    const whole = await startRig(before);
    const steps = whole.steps.taken;
    for (let kill = 1; kill <= steps; kill += 1) {
      const rig = await startRig({}, {});
      rig.objects.delete(secretRef());
      await rig.settle();
      rig.git.commit(before);
      rig.steps.killAt(kill);
      rig.objects.put(secretRef(), aSecretSpec());
      await rig.advance(2 * minute).catch(() => undefined);
      rig.restart();
      await rig.advance(2 * minute);
      expect(rig.sink.names()).toEqual(['prod/bad', 'prod/db', 'prod/gone']);
    }
  });
});

type Happening = (rig: Rig) => void;

const happenings: readonly Happening[] = [
  (rig) => void rig.git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'two' }) }),
  (rig) => void rig.git.commit({ 'apps/gone.yaml': null }),
  (rig) => void rig.git.commit({ 'apps/x.yaml': sealSecret('db', { from: 'x' }) }),
  (rig) => void rig.git.commit({ 'apps/0.yaml': sealSecret('db', { from: '0' }) }),
  (rig) => void rig.git.commit({ 'apps/bad.yaml': 'plain' }),
  (rig) => tryHand(() => rig.sink.edit(db, 'password', 'by hand')),
  (rig) => tryHand(() => rig.sink.removeByHand(db)),
  (rig) => rig.enqueue(secretRef()),
  (rig) => rig.enqueue(sourceRef()),
  (rig) => rig.restart(),
  (rig) => rig.git.breakHost(createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' })),
  (rig) => rig.git.breakHost(createError('MAYFLY_GIT_FORBIDDEN', { host: 'git.test' })),
  (rig) => rig.git.breakHost(null),
  (rig) => rig.keys.remove('prod', 'keys'),
  (rig) => rig.keys.put('prod', 'keys', { 'age.txt': 'key-1' }),
];

function tryHand(action: () => void): void {
  try {
    action();
  } catch {
    // There is no Secret to lay hands on just now.
  }
}

describe('any order of events', () => {
  it('ends in the same state', async () => {
    const step = fc.record({
      what: fc.integer({ min: 0, max: happenings.length - 1 }),
      waitMs: fc.integer({ min: 0, max: 10 * minute }),
    });
    const run = fc.asyncProperty(
      fc.array(step, { maxLength: 10 }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 20 }),
      async (steps, dice) => {
        let thrown = 0;
        const choose = (count: number): number => (dice[(thrown += 1) % dice.length] ?? 0) % count;
        const rig = await startRig(before, { choose });
        for (const { what, waitMs } of steps) {
          happenings[what]?.(rig);
          await rig.advance(waitMs);
        }
        rig.git.breakHost(null);
        rig.keys.put('prod', 'keys', { 'age.txt': 'key-1' });
        rig.git.commit({ ...after, 'apps/0.yaml': null, 'apps/x.yaml': null });
        await rig.advance(70 * minute);
        expect(seen(rig)).toMatchObject({
          texts: [
            ['db', { password: 'two' }],
            ['n1', { c: '4' }],
            ['n2', { d: '5' }],
          ],
          rows: ['db', 'n1', 'n2'],
          failures: ['MAYFLY_SOPS_MAC_MISMATCH'],
        });
      },
    );
    await fc.assert(run, { numRuns });
  });
});
