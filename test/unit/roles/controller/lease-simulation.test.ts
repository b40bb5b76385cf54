import { expect, it } from '@jest/globals';
import type { Instant } from '#core/ports/time.ts';
import type { Rig } from '#test/support/controller-rig.ts';
import { simulateLeases } from '#test/support/lease-simulation.ts';

const numRuns = process.env['SLOW'] === '1' ? 1_000 : 50;

async function readEnds(rig: Rig): Promise<ReadonlyMap<string, Instant>> {
  const ends = new Map<string, Instant>();
  for (const path of rig.sink.names()) {
    const [namespace = '', name = ''] = path.split('/');
    const lease = (await rig.sink.read({ namespace, name }))?.lease ?? null;
    if (lease === null) throw new Error(`${name} has no lease`);
    ends.set(path, lease.expiresAt);
  }
  return ends;
}

it('no Secret outlives its lease by more than 30 s, nor dies 1 s early', async () => {
  const world = {
    options: {},
    readEnds,
    restart: async (rig: Rig) => rig.restart(),
    end: () => Promise.resolve(),
  };
  await expect(simulateLeases(() => Promise.resolve(world), { numRuns })).resolves.toBeUndefined();
});
