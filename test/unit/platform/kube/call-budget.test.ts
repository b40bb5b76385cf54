import { describe, expect, it } from '@jest/globals';
import { createCallBudget, type CallBudget, type Turn } from '#platform/kube/call-budget.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, settle } from '#test/support/fake-clock.ts';

const options = { perSecond: 10, burst: 3, mostWaiting: 5 };
const { signal } = new AbortController();

describe('the budget of calls', () => {
  it('lets a burst pass at once and the rest at its rate', async () => {
    const clock = createFakeClock();
    const begun = takeMany(createCallBudget(clock, options), ['a', 'b', 'c', 'd', 'e']);
    await settle();
    expect(begun).toEqual(['a', 'b', 'c']);
    await clock.advance(100);
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    await clock.advance(100);
    expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });

  it('serves the more urgent first, and each kind in its order', async () => {
    const clock = createFakeClock();
    const budget = createCallBudget(clock, { ...options, burst: 1 });
    const begun = takeMany(budget, ['first', 'low 1', 'normal 1', 'low 2', 'high 1', 'normal 2']);
    await clock.advance(1000);
    expect(begun).toEqual(['first', 'high 1', 'normal 1', 'normal 2', 'low 1', 'low 2']);
  });

  it('begins nothing during a pause and saves nothing up', async () => {
    const clock = createFakeClock();
    const budget = createCallBudget(clock, options);
    takeMany(budget, ['a', 'b', 'c']);
    budget.pause(5000);
    const begun = takeMany(budget, ['d', 'e']);
    await clock.advance(4999);
    expect(begun).toEqual([]);
    await clock.advance(101);
    expect(begun).toEqual(['d']);
  });

  it('lets nobody wait who does not want to any more', async () => {
    const clock = createFakeClock();
    const budget = createCallBudget(clock, { ...options, burst: 1 });
    const ending = new AbortController();
    const begun = takeMany(budget, ['a']);
    const given = budget.take({ what: 'x', priority: 'high', signal: ending.signal });
    begun.push(...takeMany(budget, []));
    const reason = new Error('over');
    ending.abort(reason);
    await expect(given).rejects.toBe(reason);
    const next = takeMany(budget, ['b']);
    await clock.advance(100);
    expect(next).toEqual(['b']);
  });

  it('turns away what would wait behind too many', async () => {
    const clock = createFakeClock();
    const budget = createCallBudget(clock, { ...options, burst: 1 });
    takeMany(budget, ['begun', 'a', 'b', 'c', 'd', 'e']);
    const turn = { what: 'get secrets shop/web', priority: 'normal', signal } as const;
    await expectCode(budget.take(turn), 'MAYFLY_KUBE_UNAVAILABLE');
    const urgent = takeMany(budget, ['high 1']);
    await clock.advance(100);
    expect(urgent).toEqual(['high 1']);
  });
});

/** The names of the turns in the order in which they begin; the first word is the priority. */
function takeMany(budget: CallBudget, names: readonly string[]): string[] {
  const begun: string[] = [];
  for (const name of names) {
    const turn = { what: name, priority: priorityOf(name), signal };
    void budget.take(turn).then(() => begun.push(name));
  }
  return begun;
}

function priorityOf(name: string): Turn['priority'] {
  const [word] = name.split(' ');
  return word === 'high' || word === 'low' ? word : 'normal';
}
