import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import { tryAgain } from '#roles/ci/servers/try-again.ts';
import { createFakeCiWorld } from '#test/support/ci/fake-ci-world.ts';
import { expectCode } from '#test/support/expect-code.ts';

const server = 'the broker';

describe('patience', () => {
  it('waits as long as the server asks, and longer each time', async () => {
    const world = createFakeCiWorld();
    const at: number[] = [];
    const start = world.clock.now();
    const done = tryAgain(world, new AbortController().signal, async () => {
      at.push(world.clock.now() - start);
      if (at.length === 1)
        throw createError('MAYFLY_CI_THROTTLED', { server }, { retryAfterMs: 7_000 });
      if (at.length < 4) throw createError('MAYFLY_CI_UNAVAILABLE', { server, reason: 'test' });
      return 'done';
    });
    await world.clock.advance(60_000);
    expect(await done).toBe('done');
    const [, second = 0, third = 0, fourth = 0] = at;
    expect(second).toBeGreaterThanOrEqual(7_000);
    expect(second).toBeLessThanOrEqual(7_700);
    expect(third - second).toBeGreaterThanOrEqual(500);
    expect(fourth - third).toBeGreaterThanOrEqual(1_000);
  });

  it('ends after two minutes with the last failure', async () => {
    const world = createFakeCiWorld();
    const failing = tryAgain(world, new AbortController().signal, async () => {
      throw createError('MAYFLY_CI_ANSWER', { server });
    });
    const failed = expectCode(failing, 'MAYFLY_CI_ANSWER');
    await world.clock.advance(120_000);
    await failed;
  });

  it('ends with the job', async () => {
    const world = createFakeCiWorld();
    const stopping = new AbortController();
    const failing = tryAgain(world, stopping.signal, async () => {
      throw createError('MAYFLY_CI_ANSWER', { server });
    });
    await world.clock.advance(1);
    stopping.abort(new Error('stopped'));
    await expect(failing).rejects.toThrow('stopped');
  });
});
