import { describe, expect, it } from '@jest/globals';
import type { KubeResource } from '#core/ports/kube/kube-api.ts';
import { listPages, type ListAsked } from '#platform/kube/reflector/list-pages.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createMemoryKube } from '#test/support/memory/memory-kube.ts';

const resource: KubeResource = { group: '', version: 'v1', plural: 'things', kind: 'Thing' };

function askFor(count: number, change: Partial<ListAsked> = {}): ListAsked {
  const clock = createFakeClock();
  const api = createMemoryKube(clock);
  for (let index = 0; index < count; index += 1) {
    api.put(resource, { metadata: { namespace: 'a', name: `thing-${index}` } });
  }
  const { signal } = new AbortController();
  const onPage = (): void => undefined;
  return { api, clock, query: { resource }, maxObjects: 1_000, signal, onPage, ...change };
}

describe('the pages of a list', () => {
  it('are taken in a few objects at a time, and others have their turn in between', async () => {
    const sizes: number[] = [];
    let turns = 0;
    const others = setInterval(() => (turns += 1), 0);
    await listPages(
      askFor(620, {
        onPage: (objects) => {
          sizes.push(objects.length);
          const until = performance.now() + 3;
          while (performance.now() < until);
        },
      }),
    );
    clearInterval(others);
    expect(sizes).toEqual([50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 20]);
    expect(turns).toBeGreaterThan(3);
  });

  it('are not taken in any further when nobody wants them any more', async () => {
    const ending = new AbortController();
    let taken = 0;
    const onPage: ListAsked['onPage'] = (objects) => {
      taken += objects.length;
      ending.abort(new Error('the end'));
    };
    const listing = listPages(askFor(120, { signal: ending.signal, onPage }));
    await expect(listing).rejects.toThrow('the end');
    expect(taken).toBe(50);
  });
});
