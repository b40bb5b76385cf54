import { describe, expect, it } from '@jest/globals';
import { settle } from '#test/support/fake-clock.ts';
import { a, b, done, down, never, setUp } from './loop-setup.ts';

describe('the reconcile loop at its edges', () => {
  it('works on several objects at once, but on one object never twice', async () => {
    const running: string[] = [];
    const setup = setUp(
      (ref) => {
        running.push(ref.name);
        return never();
      },
      { concurrency: 2 },
    );
    setup.loop.add(a);
    setup.loop.add(a);
    setup.loop.add(b);
    setup.loop.add({ namespace: 'n', name: 'c' });
    await settle();
    setup.loop.add(a);
    await settle();
    expect(running).toEqual(['a', 'b']);
    expect(setup.loop.depth).toBe(1);
  });

  it('retries when the status cannot be written, and when an event is lost it does not', async () => {
    let isDown = true;
    const setup = setUp(() => Promise.resolve(done(true)), {
      report: () => (isDown ? Promise.reject(down) : Promise.resolve()),
      recordEvent: () => Promise.reject(down),
    });
    setup.loop.add(a);
    await settle();
    isDown = false;
    await setup.clock.advance(1000);
    expect(setup.results).toEqual(['failed', 'done']);
    expect(setup.lines.filter(({ message }) => message === 'status not written')).toHaveLength(1);
    const lost = setup.lines.filter(({ message }) => message === 'an event could not be recorded');
    expect(lost[0]?.level).toBe('debug');
  });

  it('forgets a removed object and takes delayed ones', async () => {
    const seen: string[] = [];
    const setup = setUp((ref) => {
      seen.push(ref.name);
      return Promise.resolve(done(false));
    });
    setup.loop.addAfter(a, 1000);
    setup.loop.addAfter(b, 1000);
    setup.loop.remove(a);
    await setup.clock.advance(1000);
    expect(seen).toEqual(['b']);
  });

  it('drains on stop: what runs may end, what waits is left', async () => {
    const ends: (() => void)[] = [];
    const setup = setUp(() => new Promise((resolve) => ends.push(() => resolve(done(true)))));
    setup.loop.add(a);
    setup.loop.add(b);
    await settle();
    const stop = setup.loop.stop(new AbortController().signal);
    await settle();
    expect(setup.results).toEqual([]);
    ends[0]?.();
    await stop;
    expect(setup.results).toEqual(['done']);
  });

  it('aborts what runs at the deadline of the stop, and reports nothing of it', async () => {
    const reasons: unknown[] = [];
    const setup = setUp(
      async (_, { signal }) => {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve());
        });
        reasons.push(signal.reason);
        throw new Error('x');
      },
      { concurrency: 2 },
    );
    setup.loop.add(a);
    await settle();
    await setup.loop.stop(AbortSignal.abort());
    expect(reasons).toMatchObject([{ code: 'MAYFLY_RECONCILE_STOPPED' }]);
    expect(setup.reports).toEqual([]);
  });

  it('says so when a reconcile does not end after its abort', async () => {
    const setup = setUp(never);
    setup.loop.add(a);
    await setup.clock.advance(69_999);
    expect(setup.lines).toEqual([]);
    await setup.clock.advance(1);
    expect(setup.lines).toMatchObject([{ level: 'error', fields: { ...a } }]);
  });
});
