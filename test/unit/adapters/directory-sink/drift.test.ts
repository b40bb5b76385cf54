import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LiveSecret, SecretOwner, SecretSink } from '#core/ports/secret-sink.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { until } from '#test/support/until.ts';
import {
  aDesired,
  aLease,
  owner,
  preconditionOf,
  setUpSink,
  type SinkSetup,
} from '#test/support/sink/directory-sink-setup.ts';

let setup: SinkSetup;
let sink: SecretSink;
let stop: AbortController;
let folder: string;

beforeEach(async () => {
  setup = await setUpSink();
  stop = new AbortController();
  folder = join(setup.directory, 'db');
});

afterEach(async () => {
  stop.abort();
  await setup.remove();
});

async function create(): Promise<LiveSecret> {
  const desired = aDesired({ user: 'app' });
  return await sink.create(desired, aLease(desired));
}

/** Resolves with the next owner that the watch reports. */
function nextChange(): Promise<SecretOwner> {
  return new Promise((resolve) => {
    void sink.watch(resolve, stop.signal);
  });
}

const changes: readonly [string, () => Promise<unknown>][] = [
  [
    'a value is edited',
    async () => {
      await chmod(join(folder, '..data', 'user'), 0o600);
      await writeFile(join(folder, '..data', 'user'), 'evil');
    },
  ],
  ['a link is removed', async () => await rm(join(folder, 'user'))],
  ['a file is added', async () => await writeFile(join(folder, 'x'), '')],
  ['the folder is removed', async () => await rm(folder, { recursive: true })],
  ['the folder is moved away', async () => await rename(folder, `${folder}-2`)],
];

describe('the watch of a directory sink', () => {
  it.each(changes)('reports within a second that %s', async (_, change) => {
    sink = await setup.open();
    const change$ = nextChange();
    await create();
    const started = performance.now();
    await change();
    expect(await change$).toEqual(owner);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('reads again what was touched, and nothing else', async () => {
    sink = await setup.open();
    const change$ = nextChange();
    await create();
    expect(await sink.readOwned(owner)).toMatchObject([{ name: 'db', intact: true }]);
    await writeFile(join(folder, 'x'), '');
    await change$;
    expect(await sink.readOwned(owner)).toMatchObject([{ name: 'db', intact: false }]);
    await rm(setup.directory, { recursive: true });
    await expectCode(sink.readOwned(owner), 'MAYFLY_SINK_DIRECTORY_MISSING');
  });

  it('watches what was there before it started', async () => {
    sink = await setup.open();
    await create();
    sink = await setup.open();
    const reported: SecretOwner[] = [];
    void sink.watch((about) => reported.push(about), stop.signal);
    // Nobody can see when the watch has begun, so there is a change after each look.
    await until(
      () => reported.length > 0,
      async () => await writeFile(join(folder, 'x'), ''),
    );
    expect(reported[0]).toEqual(owner);
  });
});

describe('the watch of a directory sink, by its own look', () => {
  let clock: FakeClock;
  let reported: SecretOwner[];

  beforeEach(async () => {
    clock = createFakeClock();
    reported = [];
    sink = await setup.open({ clock });
    void sink.watch((about) => reported.push(about), stop.signal);
    await settle();
  });

  /** Two looks of the watch over another secret prove that it has also looked at this one. */
  async function lookAround(): Promise<void> {
    for (const round of ['a', 'b']) {
      const before = reported.length;
      const other = aDesired({ user: 'x' }, `probe-${round}-${before}`);
      const probe = { ...owner, uid: `probe-${round}` };
      await sink.create(other, aLease(other, { owner: probe }));
      await rm(join(setup.directory, other.name), { recursive: true });
      await until(
        () => reported.length > before,
        async () => await clock.advance(60_000),
      );
    }
    reported = reported.filter(({ uid }) => !uid.startsWith('probe'));
  }

  it('does not report what the sink wrote itself', async () => {
    const live = await create();
    const desired = aDesired({ user: 'b' });
    const applied = await sink.apply(desired, aLease(desired), preconditionOf(live));
    await lookAround();
    await sink.remove(applied, preconditionOf(applied));
    await lookAround();
    expect(reported).toEqual([]);
  });

  it('reports a change once', async () => {
    await create();
    await mkdir(join(folder, 'foreign'));
    await lookAround();
    expect(reported).toEqual([owner]);
  });

  it('ends with its signal and leaves no timer', async () => {
    await create();
    stop.abort();
    await settle();
    expect(clock.pending).toBe(0);
    await rm(join(folder, 'user'));
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
    expect(reported).toEqual([]);
  });
});
