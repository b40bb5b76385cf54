import { describe, expect, it } from '@jest/globals';
import {
  isSameVersion,
  renderPlace,
  type ObjectVersion,
} from '#platform/kube/mirror/object-version.ts';
import { OwnWrites } from '#platform/kube/mirror/own-writes.ts';

const place = { namespace: 'prod', name: 'db' };

interface Thing extends ObjectVersion {
  readonly isDamaged?: boolean;
}

function thing(version: number, change: Partial<Thing> = {}): Thing {
  return { ...place, uid: 'uid-1', resourceVersion: String(version), ...change };
}

/** A mirror of one place, and what was told of it. */
function createBench() {
  const told: (readonly [string | null, string | null])[] = [];
  let mirrored: Thing | null = null;
  const writes = new OwnWrites<Thing>({
    find: () => mirrored,
    isForeign: ({ after }) => after.isDamaged === true,
    onForeign: ({ before, after }) =>
      told.push([before?.resourceVersion ?? null, after?.resourceVersion ?? null]),
  });
  return {
    writes,
    told,
    learn: (next: Thing | null): void => {
      mirrored = next;
    },
    /** An event of the mirror. */
    show: (next: Thing | null): void => {
      const before = mirrored;
      mirrored = next;
      writes.see({ before, after: next });
    },
  };
}

describe('what others do to mirrored objects', () => {
  it('is told: damage and removal, but not what is as it should be', () => {
    const { show, told } = createBench();
    show(thing(1));
    show(thing(2));
    expect(told).toEqual([]);
    show(thing(3, { isDamaged: true }));
    show(null);
    expect(told).toEqual([
      ['2', '3'],
      ['3', null],
    ]);
  });

  it('is not told twice for the same state, nor for nothing', () => {
    const { writes, told } = createBench();
    const damaged = thing(3, { isDamaged: true });
    writes.see({ before: damaged, after: damaged });
    writes.see({ before: null, after: null });
    expect(told).toEqual([]);
  });

  it('is told after a write of ours when the object is damaged then', async () => {
    const { writes, show, told } = createBench();
    show(thing(1));
    await writes.during(place, async () => show(thing(2, { isDamaged: true })));
    expect(told).toEqual([['1', '2']]);
  });

  it('is told when it was removed while our write failed', async () => {
    const { writes, show, told } = createBench();
    show(thing(1));
    const failing = writes.during(place, async () => {
      show(null);
      throw new Error('conflict');
    });
    await expect(failing).rejects.toThrow('conflict');
    expect(told).toEqual([['1', null]]);
  });

  it('is judged when the last of several writes is over', async () => {
    const { writes, show, told } = createBench();
    show(thing(1));
    await writes.during(place, async () => {
      await writes.during(place, async () => show(thing(2, { isDamaged: true })));
      expect(told).toEqual([]);
      show(thing(3));
    });
    expect(told).toEqual([]);
  });
});

describe('what we do to mirrored objects ourselves', () => {
  it('is not told when its event comes before its answer', async () => {
    const { writes, show, learn, told } = createBench();
    show(thing(1));
    await writes.during(place, async () => {
      show(thing(2, { isDamaged: true }));
      learn(thing(3));
    });
    expect(told).toEqual([]);
  });

  it('is not told when we end it, and the object counts as ended at once', async () => {
    const { writes, show, told } = createBench();
    const last = thing(1);
    show(last);
    await writes.during(place, async () => writes.noteEnd(last));
    expect(writes.isEnded(last)).toBe(true);
    show(null);
    expect(told).toEqual([]);
    expect(writes.unseenEnds).toBe(0);
  });

  it('is not told when the event of the end comes first', async () => {
    const { writes, show, told } = createBench();
    const last = thing(1);
    show(last);
    await writes.during(place, async () => {
      show(null);
      writes.noteEnd(last);
    });
    expect(told).toEqual([]);
    expect(writes.unseenEnds).toBe(0);
  });

  it('is told as another state when the object lives on', async () => {
    const { writes, show, told } = createBench();
    const last = thing(1);
    show(last);
    await writes.during(place, async () => writes.noteEnd(last));
    show(thing(2, { isDamaged: true }));
    expect(writes.isEnded(thing(2))).toBe(false);
    show(null);
    expect(told).toEqual([['2', null]]);
    expect(writes.unseenEnds).toBe(0);
  });

  it('leaves nothing behind when another object takes the place first', async () => {
    const { writes, show, learn } = createBench();
    const last = thing(1);
    show(last);
    await writes.during(place, async () => {
      writes.noteEnd(last);
      learn(thing(3, { uid: 'uid-2' }));
      writes.noteReplaced(last);
    });
    expect(writes.unseenEnds).toBe(0);
  });

  it('takes no note of the end of what is not mirrored', async () => {
    const { writes } = createBench();
    await writes.during(place, async () => writes.noteEnd(thing(1)));
    expect(writes.unseenEnds).toBe(0);
  });
});

describe('a version of an object', () => {
  it('is the same only with the same uid', () => {
    expect(isSameVersion(thing(1), thing(1))).toBe(true);
    expect(isSameVersion(thing(1), thing(2))).toBe(false);
    expect(isSameVersion(thing(1), thing(1, { uid: 'uid-2' }))).toBe(false);
    expect(isSameVersion(thing(1), null)).toBe(false);
    expect(isSameVersion(null, null)).toBe(true);
  });

  it('stands at a place', () => {
    expect(renderPlace(thing(1))).toBe('prod/db');
  });
});
