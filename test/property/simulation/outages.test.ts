import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import { aSecretSpec, hour, minute } from '#test/support/controller-rig.ts';
import { SimulatedWorld } from '#test/support/simulation/simulated-world.ts';

const long = 300_000;
const alone = { isElected: false };

describe('a controller whose git host', () => {
  it(
    'cannot be reached for 3 h deletes nothing but what may not be that old',
    async () => {
      const world = new SimulatedWorld(1, alone);
      const strict = { path: 'once', ttl: '2m', maxStale: '1h' };
      world.putObject('EphemeralSecret', 'once', aSecretSpec(strict));
      world.addReplica('only');
      await world.advance(minute);
      expect(Object.keys(await world.readValues())).toEqual(['db', 'once', 'web']);
      world.git.breakHost(createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' }));
      await world.advance(50 * minute);
      expect(Object.keys(await world.readValues())).toEqual(['db', 'once', 'web']);
      await world.advance(2 * hour + 10 * minute);
      expect(await world.readValues()).toEqual(world.expected);
      world.git.breakHost(null);
      await world.advance(10 * minute);
      expect(Object.keys(await world.readValues())).toEqual(['db', 'once', 'web']);
      expect(world.faults).toEqual([]);
    },
    long,
  );

  it(
    'refuses for 3 h lets each lease end in time, and brings all back',
    async () => {
      const world = new SimulatedWorld(2, alone);
      world.addReplica('only');
      await world.advance(minute);
      world.git.breakHost(createError('MAYFLY_GIT_FORBIDDEN', { host: 'git.test' }));
      await world.advance(3 * hour);
      expect(await world.readValues()).toEqual({});
      world.git.breakHost(null);
      await world.advance(10 * minute);
      expect(await world.readValues()).toEqual(world.expected);
      expect(world.faults).toEqual([]);
    },
    long,
  );

  it(
    'is there, but the program and its cluster stood still for 3 h, renews in place what is wanted',
    async () => {
      const world = new SimulatedWorld(3, alone);
      const replica = world.addReplica('only');
      await world.advance(minute);
      world.pauseOrResume(replica);
      await world.advance(3 * hour);
      world.pauseOrResume(replica);
      await world.advance(minute);
      expect(await world.readValues()).toEqual(world.expected);
      expect(world.faults).toEqual([]);
    },
    long,
  );
});
