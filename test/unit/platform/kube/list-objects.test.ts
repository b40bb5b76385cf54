import { expect, it } from '@jest/globals';
import type { KubeApi, KubeResource } from '#core/ports/kube/kube-api.ts';
import { listObjects } from '#platform/kube/list-objects.ts';

const resource: KubeResource = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };

function aPage(name: string, next?: string): Awaited<ReturnType<KubeApi['list']>> {
  const metadata = { name, uid: name, resourceVersion: '1' };
  return { items: [{ metadata }], resourceVersion: '1', ...(next !== undefined && { next }) };
}

it('objects come page by page, and no page is asked for that nobody reads', async () => {
  const asked: (string | undefined)[] = [];
  const list: KubeApi['list'] = async (_query, { next }) => {
    asked.push(next);
    return next === undefined ? aPage('a', '1') : aPage(next, next === '1' ? '2' : undefined);
  };
  const { signal } = new AbortController();
  const names: string[] = [];
  for await (const { metadata } of listObjects({ list }, { resource }, { signal })) {
    names.push(metadata.name);
    if (names.length === 1) expect(asked).toEqual([undefined]);
  }
  expect(names).toEqual(['a', '1', '2']);
  expect(asked).toEqual([undefined, '1', '2']);
});
