import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { Reflector } from '#core/ports/kube/reflector.ts';
import {
  createReflector,
  type ReflectorFault,
  type ReflectorOptions,
} from '#platform/kube/reflector/create-reflector.ts';
import { describeReflector } from '#test/contract/reflector.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { configMaps, createBreakableMemoryKube } from '#test/support/kube/breakable-memory-kube.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';

describeReflector('an API server in memory', async () => createBreakableMemoryKube());

interface Rig {
  readonly clock: FakeClock;
  readonly kube: MemoryKube;
  readonly faults: ReflectorFault[];
  readonly reflector: Reflector<string>;
  count(verb: 'list' | 'watch'): number;
}

async function start(
  names: readonly string[],
  options: Partial<ReflectorOptions<string>> = {},
): Promise<Rig> {
  const clock = createFakeClock();
  const kube = createMemoryKube(clock);
  for (const name of names) kube.put(configMaps, { metadata: { name, namespace: 'prod' } });
  const faults: ReflectorFault[] = [];
  const reflector = createReflector<string>(
    { api: kube, clock, random: createFakeRandom(), onFault: (fault) => faults.push(fault) },
    { query: { resource: configMaps }, keep: ({ metadata }) => metadata.name, ...options },
  );
  void reflector.run(new AbortController().signal);
  await settle(20);
  const count = (verb: string): number =>
    kube.requests.filter((request) => request.verb === verb).length;
  return { clock, kube, faults, reflector, count };
}

describe('a list of the reflector', () => {
  it('is read page by page', async () => {
    const names = Array.from({ length: 1201 }, (_, index) => `object-${index}`);
    const { reflector, count } = await start(names);
    await settle(40);
    expect(reflector.list()).toHaveLength(1201);
    expect(count('list')).toBe(3);
  });

  it('begins anew when its next page is no longer kept', async () => {
    const names = Array.from({ length: 501 }, (_, index) => `object-${index}`);
    const { clock, faults, kube, reflector } = await start([]);
    for (const name of names) kube.put(configMaps, { metadata: { name, namespace: 'prod' } });
    const expired = createError('MAYFLY_KUBE_EXPIRED', { what: 'list' });
    let lists = 0;
    kube.faults.add({
      matches: ({ verb }) => verb === 'list',
      before: () => {
        lists += 1;
        if (lists === 2) throw expired;
      },
    });
    kube.compact();
    kube.watches.breakAll(expired);
    await clock.advance(1000);
    await settle(40);
    expect(faults.map(({ during }) => during)).toEqual(['watch', 'list']);
    await clock.advance(1000);
    await settle(40);
    expect(reflector.list()).toHaveLength(501);
  });

  it('asks for smaller pages when one is too large', async () => {
    const large = createError('MAYFLY_KUBE_TOO_LARGE', { what: 'list', limit: 1 });
    const { clock, kube, faults, reflector } = await start([]);
    kube.put(configMaps, { metadata: { name: 'a', namespace: 'prod' } });
    kube.failNext(({ verb }) => verb === 'list', large);
    kube.watches.breakAll(createError('MAYFLY_KUBE_EXPIRED', { what: 'watch' }));
    await clock.advance(1000);
    expect(reflector.list()).toEqual(['a']);
    expect(faults).toHaveLength(1);
  });

  it('is refused when there are more objects than may be held', async () => {
    const { faults, reflector } = await start(['a', 'b', 'c'], { maxObjects: 2 });
    expect(reflector.health().synced).toBe(false);
    const error = await expectCode(Promise.reject(faults[0]?.error), 'MAYFLY_KUBE_TOO_MANY');
    expect(error.message).toBe('there are more than 2 configmaps');
  });

  it('is refused too when they become more by and by', async () => {
    const { clock, faults, kube } = await start(['a', 'b'], { maxObjects: 2 });
    kube.put(configMaps, { metadata: { name: 'c', namespace: 'prod' } });
    await clock.advance(0);
    await expectCode(Promise.reject(faults[0]?.error), 'MAYFLY_KUBE_TOO_MANY');
  });

  it('is given up when a page does not come', async () => {
    const { clock, faults, kube, reflector } = await start([]);
    const heal = kube.faults.add({
      matches: ({ verb }) => verb === 'list',
      before: () => new Promise(() => undefined),
    });
    kube.watches.breakAll(createError('MAYFLY_KUBE_EXPIRED', { what: 'watch' }));
    kube.put(configMaps, { metadata: { name: 'a', namespace: 'prod' } });
    await clock.advance(61_000);
    heal();
    await expectCode(Promise.reject(faults[1]?.error), 'MAYFLY_KUBE_UNAVAILABLE');
    await clock.advance(1000);
    expect(reflector.list()).toEqual(['a']);
  });

  it('that is refused does not keep from following events', async () => {
    const { clock, count, faults, kube, reflector } = await start(['a']);
    const throttled = createError('MAYFLY_KUBE_THROTTLED', { what: 'list' });
    kube.faults.add({
      matches: ({ verb }) => verb === 'list',
      before: () => {
        throw throttled;
      },
    });
    await clock.advance(15 * 60_000);
    expect(count('list')).toBeGreaterThan(1);
    expect(faults.every(({ error }) => error === throttled)).toBe(true);
    kube.put(configMaps, { metadata: { name: 'b', namespace: 'prod' } });
    await settle();
    expect(reflector.list()).toEqual(['a', 'b']);
  });
});

describe('a watch of the reflector', () => {
  it('is opened again without a list for ten minutes in which nothing happens', async () => {
    const { clock, count, faults } = await start(['a']);
    await clock.advance(8.9 * 60_000);
    expect(count('list')).toBe(1);
    await clock.advance(6.1 * 60_000);
    expect(count('list')).toBe(2);
    expect(count('watch')).toBe(22);
    expect(faults).toEqual([]);
  });

  it('is opened again within half a second, each time, when the server ends it in good order', async () => {
    const { clock, count, faults, kube } = await start([]);
    for (let round = 1; round <= 8; round += 1) {
      kube.watches.endAll();
      await clock.advance(500);
      expect(count('watch')).toBe(round + 1);
    }
    expect([count('list'), faults.length]).toEqual([1, 0]);
  });

  it('is tried less and less often, whatever lists succeed between', async () => {
    const { clock, count, kube } = await start([]);
    const failure = createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'watch', reason: 'refused' });
    for (let round = 0; round < 5; round += 1)
      kube.failNext(({ verb }) => verb === 'watch', failure);
    kube.watches.breakAll();
    // Half a second doubled each time, less a jitter of up to one half.
    await clock.advance(1000);
    expect(count('watch')).toBeLessThanOrEqual(4);
    await clock.advance(14_500);
    expect(count('watch')).toBeGreaterThanOrEqual(6);
    expect(count('watch')).toBeLessThanOrEqual(7);
    expect(count('list')).toBeGreaterThan(2);
  });

  it('waits as long as the server asks', async () => {
    const { clock, count, kube } = await start([]);
    const asked = createError('MAYFLY_KUBE_THROTTLED', { what: 'watch' }, { retryAfterMs: 7000 });
    kube.watches.breakAll(asked);
    await clock.advance(6900);
    expect(count('watch')).toBe(1);
    await clock.advance(1000);
    expect(count('watch')).toBe(2);
  });

  it('never waits longer than half a minute of its own accord', async () => {
    const { clock, count, kube } = await start([]);
    kube.faults.add({
      matches: ({ verb }) => verb === 'watch',
      before: () => {
        throw createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'watch', reason: 'refused' });
      },
    });
    kube.watches.breakAll();
    await clock.advance(10 * 60_000);
    const tried = count('watch');
    await clock.advance(5 * 60_000);
    expect(count('watch') - tried).toBeGreaterThanOrEqual(10);
    expect(count('watch')).toBeLessThan(60);
  });

  it('forgets failures when a quiet connection stayed open', async () => {
    const { clock, count, kube } = await start([]);
    const failure = createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'watch', reason: 'refused' });
    for (let round = 0; round < 6; round += 1)
      kube.failNext(({ verb }) => verb === 'watch', failure);
    kube.watches.breakAll();
    await clock.advance(5 * 60_000);
    const before = count('watch');
    await clock.advance(11_000);
    kube.watches.breakAll();
    await clock.advance(500);
    expect(count('watch')).toBe(before + 1);
  });

  it('tells when the server was last heard of, also by bookmarks', async () => {
    const { clock, reflector } = await start([]);
    const first = reflector.health().heardAt ?? 0;
    await clock.advance(3 * 60_000);
    const { heardAt } = reflector.health();
    expect(heardAt).toBeGreaterThan(first + 2 * 60_000);
  });
});

describe('what the reflector keeps', () => {
  it('stays as it was when a new state cannot be taken in', async () => {
    const keep = ({ metadata, ...fields }: KubeObject): string => {
      if ('data' in fields) throw new Error('cannot be read');
      return metadata.name;
    };
    const { clock, faults, kube, reflector } = await start(['a'], { keep });
    kube.edit({ resource: configMaps, namespace: 'prod', name: 'a' }, { data: { a: 'b' } });
    await settle();
    expect(faults.map(({ during }) => during)).toEqual(['callback']);
    kube.watches.breakAll(createError('MAYFLY_KUBE_EXPIRED', { what: 'watch' }));
    await clock.advance(1000);
    expect(reflector.list()).toEqual(['a']);
  });

  it('is what was learned while a list was read that had begun before', async () => {
    const { clock, kube, reflector } = await start(['a']);
    const held = Promise.withResolvers<void>();
    kube.faults.add({ matches: ({ verb }) => verb === 'list', after: () => held.promise });
    kube.watches.breakAll(createError('MAYFLY_KUBE_EXPIRED', { what: 'watch' }));
    await clock.advance(1000);
    reflector.learn(kube.put(configMaps, { metadata: { name: 'b', namespace: 'prod' } }));
    held.resolve();
    await settle();
    expect(reflector.list()).toEqual(['a', 'b']);
  });

  it('is what a list says after the server went back in time', async () => {
    const { clock, kube, reflector } = await start(['a', 'b']);
    const ghost = { name: 'c', namespace: 'prod', uid: 'c', resourceVersion: '99999999' };
    reflector.learn({ metadata: ghost });
    expect(reflector.list()).toEqual(['a', 'b', 'c']);
    kube.watches.breakAll(createError('MAYFLY_KUBE_EXPIRED', { what: 'watch' }));
    await clock.advance(1000);
    expect(reflector.list()).toEqual(['a', 'b']);
  });
});
