import { expect, it } from '@jest/globals';
import { createCollector } from '#platform/lifecycle/create-collector.ts';
import { settle } from '#test/support/fake-clock.ts';

it('a collector lets go of what nobody holds any more', async () => {
  const collect = createCollector();
  const forgotten = new WeakRef({ some: 'thing' });
  await settle();
  collect();
  expect(forgotten.deref()).toBeUndefined();
});
