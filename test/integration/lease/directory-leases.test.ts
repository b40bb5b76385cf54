import { readdir } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import type { SecretSink } from '#core/ports/secret-sink.ts';
import type { Instant } from '#core/ports/time.ts';
import { rigDigest, type Rig } from '#test/support/controller-rig.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { simulateLeases, type LeaseWorld } from '#test/support/lease-simulation.ts';
import { setUpSink } from '#test/support/sink/directory-sink-setup.ts';

/** What went wrong is told of the first run that fails. */
const firstOnly = { numRuns: 50, endOnFailure: true };
const numRuns = process.env['SLOW'] === '1' ? 200 : 20;

/** Real files in a real directory; each restart of the program opens the sink on what is there. */
async function createDirectoryWorld(
  change: (sink: SecretSink) => SecretSink = (sink) => sink,
): Promise<LeaseWorld> {
  const setup = await setUpSink();
  let sink = await setup.open({ clock: createFakeClock(), digest: rigDigest });

  async function readEnds(): Promise<ReadonlyMap<string, Instant>> {
    const ends = new Map<string, Instant>();
    const managed = await sink.listManaged();
    for (const name of await readdir(setup.directory)) {
      const secret = managed.find((each) => each.name === name);
      if (secret === undefined) throw new Error(`${name} has no lease`);
      ends.set(name, secret.lease.expiresAt);
    }
    expect(setup.faults).toEqual([]);
    return ends;
  }

  return {
    options: { openSink: () => change(sink) },
    readEnds,
    async restart(rig: Rig): Promise<void> {
      sink = await setup.open({ clock: rig.clock, digest: rigDigest });
      rig.restart();
    },
    end: async () => await setup.remove(),
  };
}

it('no file outlives its lease by more than 30 s, nor dies 1 s early', async () => {
  await expect(
    simulateLeases(async () => await createDirectoryWorld(), { numRuns }),
  ).resolves.toBeUndefined();
}, 120_000);

it('a file that stays is noticed, and one that goes early', async () => {
  const stays = (sink: SecretSink): SecretSink => ({ ...sink, remove: () => Promise.resolve() });
  const early = (sink: SecretSink): SecretSink => ({
    ...sink,
    async listManaged() {
      const managed = await sink.listManaged();
      for (const secret of managed) await sink.remove(secret, secret);
      return managed;
    },
  });
  await expect(
    simulateLeases(async () => await createDirectoryWorld(stays), firstOnly),
  ).rejects.toThrow('outlives its lease');
  await expect(
    simulateLeases(async () => await createDirectoryWorld(early), firstOnly),
  ).rejects.toThrow('early');
}, 120_000);
