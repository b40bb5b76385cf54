import { describe, expect, it } from '@jest/globals';
import type { KubeApi, KubeObject, KubeQuery } from '#core/ports/kube/kube-api.ts';
import type { Reflector, ReflectorChange } from '#core/ports/kube/reflector.ts';
import { createReflector, type ReflectorFault } from '#platform/kube/reflector/create-reflector.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { until } from '#test/support/until.ts';

/** How the watches that are open break. */
export type WatchFault = 'cut' | 'partial' | 'error' | 'end' | 'freeze';
export type EventFault = 'drop' | 'duplicate' | 'postpone';

/** ConfigMaps of an API server that can be broken; `put` and `remove` are somebody else's. */
export interface BreakableKube {
  readonly api: Pick<KubeApi, 'list' | 'watch'>;
  readonly query: KubeQuery;
  put(name: string, text: string): Promise<KubeObject>;
  remove(name: string): Promise<void>;
  breakWatches(fault: WatchFault): void;
  /** Answers the next list or watch with this status. */
  refuseNext(verb: 'list' | 'watch', status: 410 | 500): void;
  /** From now on what happens to each event; null heals. */
  spoilEvents(fault: EventFault | null): void;
  /** How many of them there have been. */
  count(verb: 'list' | 'watch'): number;
  readonly openWatches: number;
  close(): Promise<void>;
}

interface Mirrored {
  readonly name: string;
  readonly text: string;
}

interface Rig {
  readonly kube: BreakableKube;
  readonly clock: FakeClock;
  readonly reflector: Reflector<Mirrored>;
  readonly changes: ReflectorChange<Mirrored>[];
  readonly faults: ReflectorFault[];
  /** What there is, by name. */
  seen(): Record<string, string>;
  /** Waits until the mirror is so, without time going on. */
  untilSeen(expected: Record<string, string>): Promise<void>;
  untilWatching(): Promise<void>;
  /** Waits while time goes on. */
  until(isSo: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

type Create = () => Promise<BreakableKube>;

const minuteMs = 60_000;

function keepText({ metadata, ...fields }: KubeObject): Mirrored {
  const content: unknown = fields['data'];
  const hasText = typeof content === 'object' && content !== null && 'text' in content;
  return { name: metadata.name, text: hasText ? String(content.text) : '' };
}

function assemble(kube: BreakableKube, onChange: (change: ReflectorChange<Mirrored>) => void): Rig {
  const clock = createFakeClock();
  const changes: ReflectorChange<Mirrored>[] = [];
  const faults: ReflectorFault[] = [];
  const reflector = createReflector<Mirrored>(
    { api: kube.api, clock, random: createFakeRandom(), onFault: (fault) => faults.push(fault) },
    {
      query: kube.query,
      keep: keepText,
      onChange: (change) => {
        changes.push(change);
        onChange(change);
      },
    },
  );
  const stopping = new AbortController();
  const running = reflector.run(stopping.signal);
  function seen(): Record<string, string> {
    return Object.fromEntries(reflector.list().map(({ name, text }) => [name, text]));
  }
  return {
    kube,
    clock,
    reflector,
    changes,
    faults,
    seen,
    untilSeen: (expected) => until(() => isEqual(seen(), expected)),
    untilWatching: () => until(() => reflector.health().synced && kube.openWatches > 0),
    // Little by little: a real server needs some time of its own, and no limit shall pass meanwhile.
    until: (isSo) => until(isSo, () => clock.advance(5)),
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

function isEqual(a: Record<string, string>, b: Record<string, string>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

interface TestOptions {
  /** What there is before it starts. */
  readonly before?: Readonly<Record<string, string>>;
  /** Broken before it starts. */
  readonly spoil?: (kube: BreakableKube) => void;
  readonly onChange?: () => void;
}

async function withReflector(
  create: Create,
  { before = {}, spoil, onChange }: TestOptions,
  test: (rig: Rig) => Promise<void>,
): Promise<void> {
  const kube = await create();
  for (const [name, text] of Object.entries(before)) await kube.put(name, text);
  spoil?.(kube);
  const rig = assemble(kube, onChange ?? (() => undefined));
  try {
    if (spoil === undefined) await rig.untilWatching();
    await test(rig);
  } finally {
    await rig.stop();
    await kube.close();
  }
}

/** What the mirror does on an API server, whatever breaks. `create` gives one without ConfigMaps each time. */
export function describeReflector(name: string, create: Create): void {
  describe(`a reflector on ${name}`, () => {
    describeFollowing(create);
    describeBrokenWatches(create);
    describeSpoiltEvents(create);
    describeCallbacks(create);
    describeStopping(create);
  });
}

function describeFollowing(create: Create): void {
  it('mirrors what there is and what becomes of it', () =>
    withReflector(create, { before: { a: '1', b: '1' } }, async (rig) => {
      expect(rig.seen()).toEqual({ a: '1', b: '1' });
      await rig.kube.put('a', '2');
      await rig.kube.put('c', '1');
      await rig.kube.remove('b');
      await rig.untilSeen({ a: '2', c: '1' });
      expect(rig.changes.slice(2)).toEqual([
        { before: { name: 'a', text: '1' }, after: { name: 'a', text: '2' } },
        { before: null, after: { name: 'c', text: '1' } },
        { before: { name: 'b', text: '1' }, after: null },
      ]);
      expect(rig.reflector.get(rig.kube.query.namespace ?? '', 'a')?.text).toBe('2');
      expect(rig.faults).toEqual([]);
    }));

  it('is synced by a whole list and by nothing before it', () =>
    withReflector(
      create,
      { before: { a: '1' }, spoil: (kube) => kube.refuseNext('list', 500) },
      async (rig) => {
        await until(() => rig.faults.length > 0);
        expect(rig.reflector.health()).toEqual({ synced: false, heardAt: null });
        expect(rig.kube.count('watch')).toBe(0);
        await rig.until(() => rig.reflector.health().synced);
        await rig.reflector.untilSynced(new AbortController().signal);
        expect(rig.seen()).toEqual({ a: '1' });
      },
    ));

  it('stops waiting for the list with its signal', () =>
    withReflector(create, { spoil: (kube) => kube.refuseNext('list', 500) }, async (rig) => {
      const signal = AbortSignal.abort(new Error('enough'));
      await expect(rig.reflector.untilSynced(signal)).rejects.toThrow('enough');
    }));

  it('does not let older events and lists undo what was learned', () =>
    withReflector(create, { before: { a: '1' } }, async (rig) => {
      rig.kube.spoilEvents('postpone');
      await rig.kube.put('a', '2');
      const answer = await rig.kube.put('a', '3');
      rig.reflector.learn(answer);
      expect(rig.seen()).toEqual({ a: '3' });
      await rig.kube.put('z', '4');
      await rig.kube.put('z', '5');
      await until(() => rig.reflector.list().length === 2);
      expect(rig.seen()).toHaveProperty('a', '3');
      expect(rig.changes.map(({ after }) => after?.text)).not.toContain('2');
    }));
}

function describeBrokenWatches(create: Create): void {
  it.each(['cut', 'partial', 'error'] as const)(
    'goes on from the last version, after one look at that of the server, when a watch breaks: %s',
    (fault) =>
      withReflector(create, { before: { a: '1' } }, async (rig) => {
        await rig.kube.put('a', '2');
        await rig.untilSeen({ a: '2' });
        rig.kube.breakWatches(fault);
        await until(() => rig.faults.length > 0);
        expect(rig.faults[0]?.during).toBe('watch');
        await rig.kube.put('a', '3');
        await rig.until(() => isEqual(rig.seen(), { a: '3' }));
        expect(rig.kube.count('list')).toBe(2);
      }),
  );

  it('connects again without a list when watches end in good order', () =>
    withReflector(create, {}, async (rig) => {
      for (let round = 1; round <= 8; round += 1) {
        await rig.kube.put('a', `${round}`);
        await rig.untilSeen({ a: `${round}` });
        rig.kube.breakWatches('end');
        await rig.until(() => rig.kube.count('watch') > round && rig.kube.openWatches === 1);
      }
      expect(rig.kube.count('list')).toBe(1);
      expect(rig.faults).toEqual([]);
    }));

  it('lists again when its version is no longer kept, and finds what went meanwhile', () =>
    withReflector(create, { before: { a: '1', b: '1' } }, async (rig) => {
      rig.kube.spoilEvents('drop');
      await rig.kube.remove('a');
      await rig.kube.put('b', '2');
      await rig.kube.put('c', '1');
      await settle();
      rig.kube.spoilEvents(null);
      rig.kube.refuseNext('watch', 410);
      rig.kube.breakWatches('cut');
      await rig.until(() => isEqual(rig.seen(), { b: '2', c: '1' }));
      expect(rig.faults).toHaveLength(2);
      expect(rig.changes).toContainEqual({ before: { name: 'a', text: '1' }, after: null });
      await rig.untilWatching();
    }));

  it('leaves a connection within a minute that is frozen though it is not closed', () =>
    withReflector(create, { before: { a: '1' } }, async (rig) => {
      rig.kube.breakWatches('freeze');
      await rig.kube.put('a', '2');
      await rig.clock.advance(58_000);
      await until(() => rig.faults.length > 0);
      await expectCode(Promise.reject(rig.faults[0]?.error), 'MAYFLY_KUBE_UNAVAILABLE');
      await rig.until(() => isEqual(rig.seen(), { a: '2' }));
    }));

  it('goes on after failure upon failure', () =>
    withReflector(create, { before: { a: '1' } }, async (rig) => {
      for (let failures = 1; failures <= 5; failures += 1) {
        rig.kube.refuseNext('watch', 500);
        if (failures === 1) rig.kube.breakWatches('cut');
        await rig.until(() => rig.faults.length > failures);
      }
      await rig.kube.put('a', '2');
      await rig.until(() => isEqual(rig.seen(), { a: '2' }));
    }));
}

function describeSpoiltEvents(create: Create): void {
  it('tells a change once when its event comes twice', () =>
    withReflector(create, { before: { a: '1' } }, async (rig) => {
      rig.kube.spoilEvents('duplicate');
      await rig.kube.put('a', '2');
      await rig.kube.remove('a');
      await rig.kube.put('b', '1');
      await rig.untilSeen({ b: '1' });
      await settle();
      expect(rig.changes.slice(1)).toEqual([
        { before: { name: 'a', text: '1' }, after: { name: 'a', text: '2' } },
        { before: { name: 'a', text: '2' }, after: null },
        { before: null, after: { name: 'b', text: '1' } },
      ]);
    }));

  it('ends in the newest state when events overtake each other', () =>
    withReflector(create, { before: { a: '1', b: '1' } }, async (rig) => {
      rig.kube.spoilEvents('postpone');
      await rig.kube.put('a', '2');
      await rig.kube.put('a', '3');
      await rig.kube.put('b', '2');
      await rig.kube.remove('b');
      await rig.kube.put('z', '1');
      await rig.kube.put('z', '2');
      await rig.untilSeen({ a: '3', z: '2' });
      await settle();
      expect(rig.seen()).toEqual({ a: '3', z: '2' });
    }));

  it('finds within ten minutes what no event told, and what is gone', () =>
    withReflector(create, { before: { a: '1', b: '1' } }, async (rig) => {
      rig.kube.spoilEvents('drop');
      await rig.kube.put('a', '2');
      await rig.kube.remove('b');
      await settle();
      rig.kube.spoilEvents(null);
      await rig.clock.advance(10 * minuteMs);
      rig.kube.breakWatches('end');
      await rig.until(() => isEqual(rig.seen(), { a: '2' }));
    }));
}

function describeCallbacks(create: Create): void {
  it('contains and reports what a callback throws', () => {
    const test = async (rig: Rig): Promise<void> => {
      await rig.kube.put('a', '2');
      await rig.kube.put('b', '1');
      await rig.untilSeen({ a: '2', b: '1' });
      expect(rig.changes).toHaveLength(3);
      expect(rig.faults.map(({ during }) => during)).toEqual(Array(3).fill('callback'));
    };
    const onChange = (): never => {
      throw new Error('a callback failed');
    };
    return withReflector(create, { before: { a: '1' }, onChange }, test);
  });
}

function describeStopping(create: Create): void {
  it('does not connect any more when it is stopped while it waits', () =>
    withReflector(create, {}, async (rig) => {
      rig.kube.breakWatches('cut');
      await until(() => rig.faults.length > 0);
      await rig.stop();
      await rig.clock.advance(5 * minuteMs);
      expect(rig.kube.count('watch')).toBe(1);
      expect(rig.kube.count('list')).toBe(1);
      expect(rig.clock.pending).toBe(0);
    }));

  it('closes its watch and calls nobody back after it was stopped', () =>
    withReflector(create, {}, async (rig) => {
      await rig.stop();
      await until(() => rig.kube.openWatches === 0);
      await rig.kube.put('a', '1');
      await settle();
      expect(rig.changes).toEqual([]);
      expect(rig.faults).toEqual([]);
      expect(rig.clock.pending).toBe(0);
    }));
}
