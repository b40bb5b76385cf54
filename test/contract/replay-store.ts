import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReplayStore, TokenUse } from '#core/ports/broker/replay-store.ts';
import type { Instant } from '#core/ports/time.ts';

export interface ReplayWorld {
  readonly store: ReplayStore;
  now(): Instant;
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

const { signal } = new AbortController();

interface Tests {
  readonly world: () => ReplayWorld;
  readonly use: (change?: Partial<TokenUse>) => TokenUse;
}

/** What every memory of uses does. */
export function describeReplayStore(name: string, open: () => Promise<ReplayWorld>): void {
  describe(`the uses of tokens in ${name}`, () => {
    let opened: ReplayWorld | null = null;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.close();
    });

    function world(): ReplayWorld {
      if (opened === null) throw new Error('no store was opened');
      return opened;
    }

    function use(change: Partial<TokenUse> = {}): TokenUse {
      const now = world().now();
      return { key: 'a', request: 'r', limit: 1, issuedAt: now, until: now + 600_000, ...change };
    }

    describeTaking({ world, use });
    describeMemory({ world, use });
    describeReleasing({ world, use });
  });
}

function describeTaking({ world, use }: Tests): void {
  it('are taken once', async () => {
    expect(await world().store.take(use(), signal)).toBe('first');
    expect(await world().store.take(use({ request: 'other' }), signal)).toBe('spent');
  });

  it('are of one token each', async () => {
    expect(await world().store.take(use(), signal)).toBe('first');
    expect(await world().store.take(use({ key: 'b' }), signal)).toBe('first');
  });

  it('are the same for a retry within a minute, and spent afterwards', async () => {
    await world().store.take(use(), signal);
    await world().advance(59_000);
    expect(await world().store.take(use(), signal)).toBe('again');
    await world().advance(2_000);
    expect(await world().store.take(use(), signal)).toBe('spent');
  });

  it('are as many as the token has', async () => {
    const verdicts: string[] = [];
    for (const request of ['one', 'two', 'three', 'four']) {
      verdicts.push(await world().store.take(use({ request, limit: 3 }), signal));
    }
    expect(verdicts).toEqual(['first', 'first', 'first', 'spent']);
  });

  it('are counted again for the same request later on', async () => {
    await world().store.take(use({ limit: 2 }), signal);
    await world().advance(61_000);
    expect(await world().store.take(use({ limit: 2 }), signal)).toBe('first');
    await world().advance(61_000);
    expect(await world().store.take(use({ limit: 2 }), signal)).toBe('spent');
  });

  it('are remembered until the token is over, and no longer', async () => {
    const until = world().now() + 300_000;
    await world().store.take(use({ until }), signal);
    await world().advance(299_000);
    expect(await world().store.take(use({ request: 'other', until }), signal)).toBe('spent');
    await world().advance(62_000);
    expect(await world().store.take(use({ request: 'third', until }), signal)).toBe('first');
  });

  it('are taken by one of many at once', async () => {
    const requests = Array.from({ length: 20 }, (_, at) => use({ request: String(at) }));
    const verdicts = await Promise.all(
      requests.map(async (each) => await world().store.take(each, signal)),
    );
    expect(verdicts.filter((verdict) => verdict === 'first')).toHaveLength(1);
  });
}

function describeMemory({ world, use }: Tests): void {
  it('are unknown of a token that is older than the memory', async () => {
    const issuedAt = world().now() - 1_000;
    expect(await world().store.take(use({ issuedAt }), signal)).toBe('unknown');
    expect(await world().store.take(use(), signal)).toBe('first');
  });
}

function describeReleasing({ world, use }: Tests): void {
  it('are given back when nothing left', async () => {
    await world().store.take(use(), signal);
    await world().store.release(use(), signal);
    expect(await world().store.take(use({ request: 'other' }), signal)).toBe('first');
  });

  it('are not given back while something left for a retry', async () => {
    await world().store.take(use(), signal);
    await world().store.take(use(), signal);
    await world().store.release(use(), signal);
    expect(await world().store.take(use({ request: 'other' }), signal)).toBe('spent');
  });

  it('are given back once nothing left for any retry', async () => {
    await world().store.take(use(), signal);
    await world().store.take(use(), signal);
    await world().store.release(use(), signal);
    await world().store.release(use(), signal);
    expect(await world().store.take(use({ request: 'other' }), signal)).toBe('first');
  });

  it('may be given back although they were never taken', async () => {
    await world().store.release(use(), signal);
    expect(await world().store.take(use(), signal)).toBe('first');
  });
}
