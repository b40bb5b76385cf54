import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { aManifest, createWorld, type World } from '#test/support/standalone/create-world.ts';
import { until } from '#test/support/until.ts';

const long = 240_000;
const rounds = 10;
let world: World;

beforeAll(async () => {
  world = await createWorld();
}, long);

afterAll(async () => {
  await world.remove();
}, long);

/** What git says, as a reader of the directories should find it. */
async function untilAllIs(wanted: Readonly<Record<string, Record<string, string>>>): Promise<void> {
  await until(async () => {
    const names = (await readdir(world.secrets)).toSorted();
    if (JSON.stringify(names) !== JSON.stringify(Object.keys(wanted).toSorted())) return false;
    const texts = await Promise.all(names.map((name) => world.readSecret(name)));
    return texts.every((values, at) => {
      const expected = wanted[names[at] ?? ''] ?? {};
      return JSON.stringify(values) === JSON.stringify(expected);
    });
  });
}

/** Nothing is left of what a kill interrupted; the program may be writing just now, hence the catch. */
async function isTidy(): Promise<boolean> {
  const left = await readdir(world.state, { recursive: true }).catch(() => ['.mayfly-tmp-']);
  if (left.some((path) => path.includes('.mayfly-tmp-'))) return false;
  for (const name of await readdir(world.secrets)) {
    const own = (await readdir(join(world.secrets, name))).filter((each) => each.startsWith('..'));
    if (
      own
        .map((each) => each.slice(0, 4))
        .toSorted()
        .join() !== '..da,..ma,..v-'
    )
      return false;
  }
  return true;
}

describe('mayfly standalone, killed at random moments', () => {
  it(
    'comes to the same end state each time it is started again',
    async () => {
      const random = createFakeRandom(20_261_122);
      await world.publish({ 'secrets/steady.yaml': aManifest('steady', { key: 'same' }) });
      await world.start();
      await untilAllIs({ steady: { key: 'same' } });
      for (let round = 0; round < rounds; round += 1) {
        const comes = `secrets/s${round}.yaml`;
        const goes = round === 0 ? {} : { [`secrets/s${round - 1}.yaml`]: null };
        const values = { round: `"${round}"`, 'tls.key': 'x'.repeat(round + 1) };
        await world.publish({ ...goes, [comes]: aManifest(`s${round}`, values) });
        await delay(random.fraction() * 1_500);
        await world.end('SIGKILL');
        await world.start();
        await untilAllIs({
          steady: { key: 'same' },
          [`s${round}`]: { round: `${round}`, 'tls.key': 'x'.repeat(round + 1) },
        });
        await until(isTidy);
      }
      expect(await world.readLog()).not.toContain('"level":"error"');
      // What is on disk may be right before the last start is through.
      await until(world.isRunning);
      expect(await world.end('SIGTERM')).toBe(0);
    },
    long,
  );
});
