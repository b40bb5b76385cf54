import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SecretSink } from '#core/ports/secret-sink.ts';
import {
  aDesired,
  aLease,
  preconditionOf,
  readFolder,
  setUpSink,
  type SinkSetup,
} from '#test/support/sink/directory-sink-setup.ts';

let setup: SinkSetup;

beforeEach(async () => {
  setup = await setUpSink();
});

afterEach(async () => {
  await setup.remove();
});

const ref = { namespace: 'prod', name: 'db' };
const before = { user: 'old', gone: 'x' };
const after = { user: 'new', fresh: 'y' };

/** Counts steps and stops at one of them, as a kill would: nothing is tidied up. */
function stopAt(step: number): { readonly onStep: () => void; count: number } {
  const steps = {
    count: 0,
    onStep(): void {
      steps.count += 1;
      if (steps.count === step) throw new Error('stopped');
    },
  };
  return steps;
}

/** What a reconcile does: brings about one content, whatever it finds. */
async function bringAbout(sink: SecretSink, values: Record<string, string>): Promise<void> {
  const desired = aDesired(values);
  const live = await sink.read(ref);
  if (live === null) await sink.create(desired, aLease(desired));
  else if (!live.intact || live.lease?.digests !== aLease(desired).digests) {
    await sink.apply(desired, aLease(desired), preconditionOf(live));
  }
}

async function bringAboutNone(sink: SecretSink): Promise<void> {
  for (const secret of await sink.listManaged()) await sink.remove(secret, preconditionOf(secret));
}

interface Scenario {
  readonly name: string;
  readonly given: Record<string, string> | null;
  readonly act: (sink: SecretSink) => Promise<void>;
  readonly end: Record<string, string> | null;
}

const scenarios: readonly Scenario[] = [
  {
    name: 'a secret is created',
    given: null,
    act: async (sink) => await bringAbout(sink, after),
    end: after,
  },
  {
    name: 'a secret is replaced',
    given: before,
    act: async (sink) => await bringAbout(sink, after),
    end: after,
  },
  { name: 'a secret is removed', given: before, act: bringAboutNone, end: null },
];

async function countSteps(scenario: Scenario): Promise<number> {
  const fresh = await setUpSink();
  try {
    if (scenario.given !== null) await bringAbout(await fresh.open(), scenario.given);
    const steps = stopAt(0);
    await scenario.act(await fresh.open({ onStep: steps.onStep }));
    return steps.count;
  } finally {
    await fresh.remove();
  }
}

async function stopAndRestart(scenario: Scenario, step: number): Promise<void> {
  if (scenario.given !== null) await bringAbout(await setup.open(), scenario.given);
  const { onStep } = stopAt(step);
  const stopped = await setup.open({ onStep });
  await expect(scenario.act(stopped)).rejects.toThrow('stopped');
  await scenario.act(await setup.open());
}

async function expectEnd(scenario: Scenario): Promise<void> {
  const end = await setup.open();
  const live = await end.read(ref);
  expect(live?.intact ?? null).toBe(scenario.end === null ? null : true);
  expect(await readdir(setup.directory)).toEqual(scenario.end === null ? [] : ['db']);
  if (scenario.end === null) return;
  const folder = join(setup.directory, 'db');
  expect(await readFolder(folder)).toEqual(scenario.end);
  const own = (await readdir(folder)).filter((name) => name.startsWith('..'));
  expect(own.map((name) => name.slice(0, 4)).toSorted()).toEqual(['..da', '..ma', '..v-']);
  expect(setup.faults).toEqual([]);
}

describe.each(scenarios)('when $name and the program is stopped at any step', (scenario) => {
  it('a restart leads to the same end state', async () => {
    const steps = await countSteps(scenario);
    expect(steps).toBeGreaterThanOrEqual(scenario.end === null ? 3 : 15);
    for (let step = 1; step <= steps; step += 1) {
      await stopAndRestart(scenario, step);
      await expectEnd(scenario);
      await bringAboutNone(await setup.open());
    }
  });
});

describe('an old secret after a stop', () => {
  it('is known as ours at every step', async () => {
    await bringAbout(await setup.open(), before);
    const marker = join(setup.directory, 'db', '..mayfly');
    const seen: boolean[] = [];
    const sink = await setup.open({ onStep: () => void seen.push(existsSync(marker)) });
    await bringAbout(sink, after);
    expect(seen.length).toBeGreaterThan(15);
    expect(seen).not.toContain(false);
  });

  it('has the old or the new content at every step, never another', async () => {
    for (let step = 1; step <= 18; step += 1) {
      await bringAboutNone(await setup.open());
      await bringAbout(await setup.open(), before);
      const { onStep } = stopAt(step);
      const stopped = await setup.open({ onStep });
      await bringAbout(stopped, after).catch(() => undefined);
      expect([before, after]).toContainEqual(await readFolder(join(setup.directory, 'db')));
    }
  });
});
