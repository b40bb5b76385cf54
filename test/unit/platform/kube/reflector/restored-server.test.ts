import { expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeObject, KubePage, KubeResource } from '#core/ports/kube/kube-api.ts';
import { createReflector, type ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';
import { createFakeClock, settle } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';

const resource: KubeResource = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };

function aPage(resourceVersion: string, ...names: readonly string[]): KubePage {
  const items: KubeObject[] = names.map((name) => ({
    metadata: { name, namespace: 'prod', uid: name, resourceVersion },
  }));
  return { items, resourceVersion };
}

it('what a server holds that was put back to an older state is listed anew', async () => {
  let page = aPage('500', 'kept', 'made-later');
  let hasBroken = false;
  const limits: number[] = [];
  const clock = createFakeClock();
  const api: ReflectorDeps['api'] = {
    list: (_query, { limit }) => {
      limits.push(limit);
      return Promise.resolve(page);
    },
    async *watch(_query, { signal, onOpen }) {
      onOpen?.();
      await new Promise<void>((resolve, reject) => {
        clock.after(30_000, hasBroken ? () => undefined : fail);
        signal.addEventListener('abort', () => resolve(), { once: true });
        function fail(): void {
          hasBroken = true;
          page = aPage('400', 'kept', 'removed-later');
          reject(createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'watch', reason: 'cut' }));
        }
      });
      yield* [];
    },
  };
  const ending = new AbortController();
  const reflector = createReflector(
    { api, clock, random: createFakeRandom(), onFault: () => undefined },
    { query: { resource }, keep: ({ metadata }) => metadata.name },
  );
  const running = reflector.run(ending.signal);
  await settle();
  expect(reflector.list()).toEqual(['kept', 'made-later']);
  await clock.advance(35_000);
  expect(reflector.list()).toEqual(['kept', 'removed-later']);
  expect(limits.slice(1)).toEqual([1, limits[0]]);
  ending.abort();
  await running;
});
