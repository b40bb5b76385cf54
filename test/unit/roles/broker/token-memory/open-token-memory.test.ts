import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReplayStore } from '#core/ports/broker/replay-store.ts';
import { openTokenMemory } from '#roles/broker/token-memory/compose.ts';
import { createFakeClock, settle } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

const second = Date.UTC(2026, 0, 1);
const { signal } = new AbortController();
const valkey = { tls: false };

/** Nobody asks where nothing is shared. */
async function refuse(): Promise<never> {
  return await Promise.reject(new Error('asked'));
}

describe('the memory of uses of a broker', () => {
  const ending = new AbortController();
  const clock = createFakeClock(second + 400);
  const lifecycle = { stopping: ending.signal, started: () => undefined };
  const tools = { clock, random: createFakeRandom(), lifecycle };
  let folder: Awaited<ReturnType<typeof createTempFolder>>;
  beforeEach(async () => {
    folder = await createTempFolder();
    clock.jumpTo(second + 400);
  });
  afterEach(async () => {
    await folder.remove();
  });

  async function open(kind: 'file' | 'memory'): Promise<ReplayStore> {
    const broker = { replay: { kind, valkey }, limits: { tokens: 10 } };
    const parts = { audience: 'https://broker', verifier: { verify: refuse } };
    const opened = await openTokenMemory({ stateDir: folder.path, broker }, parts, tools);
    return opened.replay;
  }

  async function take(replay: ReplayStore, issuedAt: number): Promise<string> {
    const use = { key: String(issuedAt), request: 'r', limit: 1, issuedAt };
    return await replay.take({ ...use, until: issuedAt + 3_600_000 }, signal);
  }

  it.each(['file', 'memory'] as const)(
    'is open once the second that it began in is over: a token of that second may be older (%s)',
    async (kind) => {
      let isOpen = false;
      const opening = open(kind).finally(() => {
        isOpen = true;
      });
      await untilWaiting(clock);
      await clock.advance(599);
      expect(isOpen).toBe(false);
      await clock.advance(1);
      const replay = await opening;
      expect(await take(replay, second)).toBe('unknown');
      expect(await take(replay, second + 1000)).toBe('first');
      await replay.close();
    },
  );

  it('is open at once where a file knows of what came before', async () => {
    const opening = open('file');
    await untilWaiting(clock);
    await clock.advance(600);
    await (await opening).close();
    clock.jumpTo(second + 5_300);
    const again = await open('file');
    expect(await take(again, second + 5_000)).toBe('first');
    await again.close();
  });
});

async function untilWaiting(clock: { readonly pending: number }): Promise<void> {
  while (clock.pending === 0) await settle();
}
