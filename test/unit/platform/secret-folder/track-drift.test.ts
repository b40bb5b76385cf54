import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createDriftTracker,
  type DriftTracker,
  type FolderPlace,
} from '#platform/secret-folder/track-drift.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { until } from '#test/support/until.ts';

let temp: Awaited<ReturnType<typeof createTempFolder>>;
let tracker: DriftTracker<FolderPlace>;
let place: FolderPlace;
let fingerprint: string;
let drifted: FolderPlace[];
let faults: number;
let intact: boolean;

beforeEach(async () => {
  temp = await createTempFolder();
  place = { directory: temp.path, name: 'db' };
  await mkdir(join(temp.path, 'db', '..v-1'), { recursive: true });
  await symlink('..v-1', join(temp.path, 'db', '..data'));
  fingerprint = 'first';
  drifted = [];
  faults = 0;
  intact = true;
  tracker = createDriftTracker({
    clock: createSystemClock(),
    fingerprint: async () => {
      if (fingerprint === 'broken') throw new Error('broken');
      return fingerprint;
    },
    isIntact: async (about) => {
      if (intact) tracker.confirm(about);
      return intact;
    },
    inTurn: async (_, action) => await action(),
    onDrift: (about) => drifted.push(about),
    onFault: () => {
      faults += 1;
    },
  });
});

afterEach(async () => {
  tracker.close();
  await temp.remove();
});

describe('a folder that is tracked', () => {
  it('is untouched once a write of ours was read, until the kernel tells of a change', async () => {
    await tracker.accept(place, 'written');
    expect(tracker.isUntouched(place)).toBe(false);
    await until(() => tracker.isUntouched(place));
    await writeFile(join(temp.path, 'db', '..v-1', 'user'), 'x');
    await until(() => !tracker.isUntouched(place));
  });

  it('tells of a change that somebody made before a write of ours could be watched', async () => {
    intact = false;
    await tracker.accept(place, 'written');
    await until(() => drifted.length === 1);
    expect(tracker.isUntouched(place)).toBe(false);
  });

  it('is not untouched before somebody has found it as it should be', async () => {
    await tracker.accept(place, 'found');
    expect(tracker.isUntouched(place)).toBe(false);
    tracker.confirm(place);
    expect(tracker.isUntouched(place)).toBe(true);
  });

  it('is not untouched while a write of ours may have ended half done', async () => {
    await tracker.accept(place, 'written');
    tracker.doubt(place);
    expect(tracker.isUntouched(place)).toBe(false);
  });

  it('is not untouched after a drift', async () => {
    await tracker.accept(place, 'written');
    fingerprint = 'second';
    await writeFile(join(temp.path, 'db', 'x'), '');
    await until(() => drifted.length === 1);
    expect(tracker.isUntouched(place)).toBe(false);
  });

  it('is never untouched where it cannot be watched whole', async () => {
    await rm(join(temp.path, 'db', '..data'));
    await tracker.accept(place, 'written');
    expect(tracker.isUntouched(place)).toBe(false);
    tracker.confirm(place);
    expect(tracker.isUntouched(place)).toBe(false);
  });

  it.each([true, false])('may be out of reach, after a write of ours: %s', async (written) => {
    fingerprint = 'broken';
    const accepted = tracker.accept(place, written ? 'written' : 'found');
    if (written) await expect(accepted).rejects.toThrow('broken');
    else await accepted;
    expect(faults).toBe(written ? 0 : 1);
    expect(tracker.isUntouched(place)).toBe(false);
  });

  it('is not untouched once it is forgotten', async () => {
    await tracker.accept(place, 'written');
    tracker.forget(place);
    expect(tracker.isUntouched(place)).toBe(false);
  });
});

describe('a folder that is tracked before it is moved to its place', () => {
  let folder: string;

  beforeEach(async () => {
    folder = join(temp.path, 'db');
    await rename(folder, join(temp.path, 'staging'));
  });

  async function makeAndMove(): Promise<void> {
    await tracker.acceptMade(place, 'staging');
    await rename(join(temp.path, 'staging'), folder);
  }

  /** The kernel tells in order: what it tells of another folder comes after all that was done before. */
  async function hearOfEverything(): Promise<void> {
    const other = { directory: temp.path, name: 'other' };
    await mkdir(join(temp.path, 'other', '..v-1'), { recursive: true });
    await symlink('..v-1', join(temp.path, 'other', '..data'));
    await tracker.accept(other, 'found');
    tracker.confirm(other);
    await writeFile(join(temp.path, 'other', 'x'), '');
    await until(() => !tracker.isUntouched(other));
  }

  it('is untouched without being read, also after the move', async () => {
    await makeAndMove();
    expect(tracker.isUntouched(place)).toBe(true);
    await hearOfEverything();
    expect(tracker.isUntouched(place)).toBe(true);
  });

  it.each([
    ['a value is edited', () => writeFile(join(folder, '..v-1', 'user'), 'x')],
    ['a file is added', () => writeFile(join(folder, 'x'), '')],
    ['the folder is moved on', () => rename(folder, `${folder}-2`)],
    ['the folder is removed', () => rm(folder, { recursive: true })],
  ])('is touched when, right after the move, %s', async (_, change) => {
    await makeAndMove();
    await change();
    await until(() => !tracker.isUntouched(place));
  });

  it('is touched when it is moved away later', async () => {
    await makeAndMove();
    await hearOfEverything();
    await rename(folder, `${folder}-2`);
    await until(() => !tracker.isUntouched(place));
  });

  it('is not untouched where it cannot be watched whole', async () => {
    await rm(join(temp.path, 'staging', '..data'));
    await makeAndMove();
    expect(tracker.isUntouched(place)).toBe(false);
  });

  it('is not tracked when it cannot be looked at', async () => {
    fingerprint = 'broken';
    await expect(tracker.acceptMade(place, 'staging')).rejects.toThrow('broken');
    expect(tracker.isUntouched(place)).toBe(false);
  });
});
