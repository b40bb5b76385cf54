import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openSqliteReplay } from '#adapters/replay/sqlite/open-sqlite-replay.ts';
import type { ReplayStore } from '#core/ports/broker/replay-store.ts';
import { describeReplayStore } from '#test/contract/replay-store.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';

describeReplayStore('memory', async () => {
  const clock = createFakeClock();
  const store = openSqliteReplay({ clock, bootId: 'one' }, { path: null });
  return await Promise.resolve({ ...clock, store, close: async () => await store.close() });
});

describeReplayStore('a file', async () => {
  const clock = createFakeClock();
  const folder = await createTempFolder();
  const store = openSqliteReplay(
    { clock, bootId: 'one' },
    { path: join(folder.path, 'replay.db') },
  );
  return {
    ...clock,
    store,
    async close() {
      await store.close();
      await folder.remove();
    },
  };
});

describe('uses of tokens in a file', () => {
  const clock = createFakeClock();
  const { signal } = new AbortController();
  const start = clock.now();
  const use = {
    key: 'a',
    request: 'r',
    limit: 1,
    issuedAt: start,
    until: start + 3_600_000,
  };
  let folder: Awaited<ReturnType<typeof createTempFolder>>;
  let path = '';
  beforeEach(async () => {
    folder = await createTempFolder();
    path = join(folder.path, 'replay.db');
    clock.jumpTo(start);
  });
  afterEach(async () => {
    await folder.remove();
  });

  function open(bootId: string): ReplayStore {
    return openSqliteReplay({ clock, bootId }, { path });
  }

  it('are known since the file was made', async () => {
    const store = open('one');
    expect(await store.take({ ...use, issuedAt: start - 1 }, signal)).toBe('unknown');
    expect(await store.take(use, signal)).toBe('first');
    await store.close();
  });

  it('outlive the end of the process, also on another start of the machine', async () => {
    const first = open('one');
    await first.take(use, signal);
    await first.close();
    clock.jumpTo(start + 70_000);
    const second = open('two');
    expect(await second.take(use, signal)).toBe('spent');
    await second.close();
  });

  it.each([
    { boot: 'one', ends: 'the process', verdict: 'spent' },
    { boot: 'two', ends: 'the machine', verdict: 'unknown' },
  ])('are known as far as they can be after $ends ended without warning', async (row) => {
    const first = open('one');
    await first.take(use, signal);
    // What lies on disk while the file is open is what a crash leaves.
    const left = join(folder.path, 'left.db');
    await copyFile(path, left);
    await copyFile(`${path}-wal`, `${left}-wal`);
    await first.close();
    clock.jumpTo(start + 70_000);
    const second = openSqliteReplay({ clock, bootId: row.boot }, { path: left });
    expect(await second.take(use, signal)).toBe(row.verdict);
    await second.close();
  });

  it('are refused to a second process', async () => {
    const first = open('one');
    await expectCode(() => open('one'), 'MAYFLY_REPLAY_UNAVAILABLE');
    await first.close();
  });

  it('are refused where the file is damaged, and it is left as it is', async () => {
    await writeFile(path, 'no database, but long enough to be looked at'.repeat(100));
    await expectCode(() => open('one'), 'MAYFLY_REPLAY_UNAVAILABLE');
  });

  it('cannot be taken once the file is closed', async () => {
    const store = open('one');
    await store.close();
    await expectCode(store.take(use, signal), 'MAYFLY_REPLAY_UNAVAILABLE');
  });
});
