import { describe, expect, it } from '@jest/globals';
import type { Exchanged } from '#core/broker/client/exchange.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { keepFresh } from '#roles/ci/exec/keep-fresh.ts';
import { createFakeCiWorld } from '#test/support/ci/fake-ci-world.ts';

const minute = 60_000;

function createRig() {
  const world = createFakeCiWorld();
  const did: string[] = [];
  const answers: (() => Exchanged)[] = [];
  const failures: Error[] = [];
  let asked = 0;
  function lease(ms: number): Exchanged {
    const expiresAt = world.clock.now() + ms;
    return { leaseId: 'l', auditId: 'a', expiresAt, values: new Map() };
  }
  const files = {
    exchange: async () => {
      asked += 1;
      return (answers.shift() ?? (() => lease(10 * minute)))();
    },
    replace: async () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      did.push('replaced');
    },
    tidy: () => void did.push('tidied'),
    remove: () => void did.push('removed'),
  };
  const over = new AbortController();
  const ended = keepFresh(world, { files, first: lease(9 * minute) }, over.signal);
  ended.catch(() => undefined);
  return { world, did, answers, failures, over, ended, lease, asked: () => asked };
}

describe('the files of a running program', () => {
  it('are replaced after two thirds of each lease', async () => {
    const { world, did, over, ended } = createRig();
    await world.clock.advance(6 * minute - 1);
    expect(did).toEqual([]);
    await world.clock.advance(2_000);
    expect(did).toEqual(['replaced', 'tidied']);
    await world.clock.advance(7 * minute);
    expect(did).toEqual(['replaced', 'tidied', 'replaced', 'tidied']);
    over.abort(new Error('over'));
    await expect(ended).rejects.toThrow('over');
  });

  it('are taken away at the end of the lease where no other is given', async () => {
    const { world, did, answers, ended } = createRig();
    answers.push(() => {
      throw createError('MAYFLY_CI_DENIED', { auditId: 'audit-7' });
    });
    await world.clock.advance(9 * minute - 1);
    expect(did).toEqual([]);
    expect(world.written()).toContain('audit-7 [MAYFLY_CI_DENIED]');
    await world.clock.advance(1);
    await ended;
    expect(did).toEqual(['removed']);
  });

  it('are asked for with pauses while they cannot be written', async () => {
    const { world, did, failures, asked } = createRig();
    const failure = { path: '/dev/shm/x', reason: 'ENOSPC' };
    for (let count = 0; count < 3; count += 1) {
      failures.push(createError('MAYFLY_FILE_WRITE_FAILED', failure));
    }
    await world.clock.advance(6 * minute);
    expect(asked()).toBe(1);
    await world.clock.advance(29_000);
    expect({ did, asked: asked() }).toEqual({ did: [], asked: 3 });
    await world.clock.advance(2_000);
    expect({ did, asked: asked() }).toEqual({ did: ['replaced', 'tidied'], asked: 4 });
  });

  it('are asked for again when the broker was away', async () => {
    const { world, did, answers } = createRig();
    answers.push(() => {
      throw createError('MAYFLY_CI_UNAVAILABLE', { server: 'the broker', reason: 'test' });
    });
    await world.clock.advance(7 * minute);
    expect(did).toEqual(['replaced', 'tidied']);
  });

  it('are not asked for all the time when the clock of the broker is behind', async () => {
    const { world, did, answers, lease } = createRig();
    answers.push(() => lease(-10 * minute));
    await world.clock.advance(6 * minute + 1_000);
    expect(did).toEqual(['replaced', 'tidied']);
    await world.clock.advance(1_000);
    expect(did).toHaveLength(2);
  });
});
