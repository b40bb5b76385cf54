import { expect, it } from '@jest/globals';
import { rememberBy } from '#platform/state/remember-by.ts';

it('asks once for each object, also where the answer is nothing', () => {
  const asked: string[] = [];
  const ask = rememberBy(({ name }: { readonly name: string }) => {
    asked.push(name);
    return name === 'none' ? undefined : name.toUpperCase();
  });
  const [one, none] = [{ name: 'one' }, { name: 'none' }];
  expect([ask(one), ask(one), ask({ name: 'one' }), ask(none), ask(none)]).toEqual([
    'ONE',
    'ONE',
    'ONE',
    undefined,
    undefined,
  ]);
  expect(asked).toEqual(['one', 'one', 'none']);
});
