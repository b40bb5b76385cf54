import { describe, expect, it } from '@jest/globals';
import { createSharedWork, type Work } from '#roles/broker/git-store/shared-work.ts';
import { settle } from '#test/support/fake-clock.ts';

interface Result {
  readonly text: string;
  wipe(): void;
}

function aBench(most = 1, mostWaiting = 10, ofOne = { most, mostWaiting }) {
  const begun: string[] = [];
  const wiped: string[] = [];
  const ended: string[] = [];
  const ends = new Map<string, (fault?: Error) => void>();
  const work = createSharedWork<Result>({ most, mostWaiting, ofOne });
  function workOf(key: string): Work<Result> {
    return {
      key,
      group: key.split(':')[0] ?? '',
      whenFull: () => new Error('full'),
      begin: async (signal) => {
        begun.push(key);
        signal.addEventListener('abort', () => ended.push(key));
        await new Promise<void>((resolve, reject) => {
          ends.set(key, (fault) => (fault === undefined ? resolve() : reject(fault)));
        });
        return { text: key, wipe: () => wiped.push(key) };
      },
    };
  }
  async function share(key: string, signal = new AbortController().signal): Promise<string> {
    return await work.share(workOf(key), ({ text }) => text, signal);
  }
  return {
    begun,
    wiped,
    ended,
    share,
    end: (key: string, fault?: Error) => ends.get(key)?.(fault),
  };
}

describe('shared work', () => {
  it('is done once for all who wait for it, and wiped after the last', async () => {
    const { begun, wiped, share, end } = aBench();
    const reads = [share('a'), share('a'), share('a')];
    await settle();
    end('a');
    expect(await Promise.all(reads)).toEqual(['a', 'a', 'a']);
    expect([begun, wiped]).toEqual([['a'], ['a']]);
    const again = share('a');
    await settle();
    end('a');
    expect([await again, begun]).toEqual(['a', ['a', 'a']]);
  });

  it('goes on when one of the readers gives up, and ends when all have', async () => {
    const { begun, wiped, ended, share, end } = aBench();
    const [one, two] = [new AbortController(), new AbortController()];
    const reads = [share('a', one.signal), share('a', two.signal)].map(
      async (read) => await read.catch((error: unknown) => error),
    );
    await settle();
    one.abort(new Error('first'));
    await settle();
    expect(ended).toEqual([]);
    two.abort(new Error('second'));
    expect(await Promise.all(reads)).toEqual([new Error('first'), new Error('second')]);
    expect([begun, ended, wiped]).toEqual([['a'], ['a'], []]);
    end('a');
    await settle();
    expect(wiped).toEqual(['a']);
  });

  it('of different keys takes turns, in order', async () => {
    const { begun, share, end } = aBench(2);
    const reads = ['a', 'b', 'c', 'd'].map(async (key) => await share(key));
    await settle();
    expect(begun).toEqual(['a', 'b']);
    end('b');
    await settle();
    expect(begun).toEqual(['a', 'b', 'c']);
    end('a');
    await settle();
    end('c');
    end('d');
    expect(await Promise.all(reads)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is refused when too much waits, and goes on after a failure', async () => {
    const { share, end } = aBench(1, 1);
    const [first, second] = [share('a'), share('b')];
    await expect(share('c')).rejects.toThrow('full');
    await settle();
    end('a', new Error('broken'));
    await expect(first).rejects.toThrow('broken');
    await settle();
    end('b');
    expect(await second).toBe('b');
  });

  it('of one group takes no more than its share, whatever waits', async () => {
    const { begun, share, end } = aBench(4, 10, { most: 2, mostWaiting: 2 });
    const slow = ['slow:1', 'slow:2', 'slow:3', 'slow:4'].map(async (key) => await share(key));
    await expect(share('slow:5')).rejects.toThrow('full');
    const other = share('other:1');
    await settle();
    expect(begun).toEqual(['slow:1', 'slow:2', 'other:1']);
    end('other:1');
    expect(await other).toBe('other:1');
    await settle();
    expect(begun).toHaveLength(3);
    for (const key of ['slow:1', 'slow:2', 'slow:3', 'slow:4']) {
      end(key);
      await settle();
    }
    expect(await Promise.all(slow)).toHaveLength(4);
  });

  it('of groups that wait takes turns between them', async () => {
    const { begun, share, end } = aBench(1, 10);
    const keys = ['a:1', 'a:2', 'a:3', 'b:1', 'b:2', 'c:1'];
    const reads = keys.map(async (key) => await share(key));
    await settle();
    for (let turn = 0; turn < keys.length; turn += 1) {
      end(begun.at(-1) ?? '');
      await settle();
    }
    expect(await Promise.all(reads)).toEqual(keys);
    expect(begun).toEqual(['a:1', 'a:2', 'b:1', 'c:1', 'a:3', 'b:2']);
  });

  it('does not begin for a reader that has given up', async () => {
    const { begun, share } = aBench();
    await expect(share('a', AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
    expect(begun).toEqual([]);
  });
});
