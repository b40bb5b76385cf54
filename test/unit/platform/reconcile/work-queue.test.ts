import { describe, expect, it } from '@jest/globals';
import { createWorkQueue, type WorkQueue } from '#platform/reconcile/work-queue.ts';
import { createFakeClock, settle } from '#test/support/fake-clock.ts';

async function takeAll(queue: WorkQueue): Promise<string[]> {
  const keys: string[] = [];
  while (queue.depth > 0) {
    const key = await queue.take();
    if (key === null) break;
    keys.push(key);
    queue.done(key);
  }
  return keys;
}

describe('the work queue', () => {
  it('holds a key once and keeps the order', async () => {
    const queue = createWorkQueue(createFakeClock());
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key, 'soon');
    expect(queue.depth).toBe(3);
    expect(await takeAll(queue)).toEqual(['a', 'b', 'c']);
  });

  it('hands a key to whoever waits', async () => {
    const queue = createWorkQueue(createFakeClock());
    const both = Promise.all([queue.take(), queue.take()]);
    queue.add('a', 'later');
    queue.add('b', 'soon');
    expect(await both).toEqual(['a', 'b']);
  });

  it('gives a key to one taker at a time and keeps what was added meanwhile', async () => {
    const queue = createWorkQueue(createFakeClock());
    queue.add('a', 'soon');
    await queue.take();
    queue.add('a', 'later');
    queue.add('a', 'soon');
    queue.add('a', 'later');
    expect(queue.depth).toBe(0);
    queue.add('b', 'soon');
    queue.done('a');
    expect(await takeAll(queue)).toEqual(['b', 'a']);
  });

  it('prefers soon, moves a key up, and starves nobody', async () => {
    const queue = createWorkQueue(createFakeClock());
    for (const key of ['l1', 'l2', 'l3']) queue.add(key, 'later');
    for (let index = 0; index < 10; index += 1) queue.add(`s${String(index)}`, 'soon');
    queue.add('l3', 'soon');
    queue.add('s0', 'later');
    const order = await takeAll(queue);
    expect(order.slice(0, 9)).toEqual(['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7', 'l1']);
    expect(order.slice(9)).toEqual(['s8', 's9', 'l3', 'l2']);
  });

  it('gives no more keys of a group than its share, and those of others before', async () => {
    const share = { groupOf: (key: string) => key.slice(0, 1), most: 2 };
    const queue = createWorkQueue(createFakeClock(), share);
    for (const key of ['a1', 'a2', 'a3', 'a4']) queue.add(key, 'soon');
    queue.add('b1', 'later');
    expect([await queue.take(), await queue.take(), await queue.take()]).toEqual([
      'a1',
      'a2',
      'b1',
    ]);
    const waiting = [queue.take(), queue.take()];
    queue.add('b2', 'later');
    expect(await waiting[0]).toBe('b2');
    queue.done('b1');
    queue.done('a2');
    expect(await waiting[1]).toBe('a3');
    expect(queue.depth).toBe(1);
    const last = queue.take();
    queue.add('a1', 'soon');
    queue.done('a1');
    expect(await last).toBe('a4');
    queue.close();
    expect(await queue.take()).toBeNull();
  });

  it('adds later, the earlier of two delays winning and now winning over all', async () => {
    const clock = createFakeClock();
    const queue = createWorkQueue(clock);
    queue.addAfter('a', 5000, 'later');
    queue.addAfter('a', 1000, 'later');
    queue.addAfter('a', 3000, 'later');
    await clock.advance(999);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect(await takeAll(queue)).toEqual(['a']);
    queue.addAfter('b', 1000, 'later');
    queue.add('b', 'soon');
    expect(await takeAll(queue)).toEqual(['b']);
    await clock.advance(60_000);
    expect(queue.depth).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('notices within ten seconds that the clock jumped forward', async () => {
    const clock = createFakeClock();
    const queue = createWorkQueue(clock);
    queue.addAfter('a', 3_600_000, 'soon');
    clock.jumpTo(clock.now() + 3_600_000);
    await clock.advance(10_000);
    expect(await takeAll(queue)).toEqual(['a']);
  });

  it('forgets a removed key wherever it is', async () => {
    const clock = createFakeClock();
    const queue = createWorkQueue(clock);
    queue.add('taken', 'soon');
    await queue.take();
    queue.add('taken', 'soon');
    queue.add('waiting', 'soon');
    queue.addAfter('delayed', 10, 'soon');
    for (const key of ['taken', 'waiting', 'delayed']) queue.remove(key);
    queue.done('taken');
    await clock.advance(20);
    expect(queue.depth).toBe(0);
  });

  it('ends all waiting when closed and takes nothing more', async () => {
    const clock = createFakeClock();
    const queue = createWorkQueue(clock);
    const waiting = queue.take();
    queue.addAfter('a', 10, 'soon');
    queue.close();
    expect(await waiting).toBeNull();
    queue.add('b', 'soon');
    queue.addAfter('c', 10, 'soon');
    await clock.advance(100);
    await settle();
    expect(await queue.take()).toBeNull();
  });
});
