import { expect, it } from '@jest/globals';
import type { KeyReader } from '#core/ports/object-api.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { shareKeys } from '#roles/sources/share-keys.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

const text = (bytes: SecretBytes | null | undefined): string =>
  bytes === null || bytes === undefined ? '' : new TextDecoder().decode(bytes.expose());

/** Every read of the folder gives another key. */
function openKeys(): { readonly keys: KeyReader; readonly clock: FakeClock } {
  let reads = 0;
  function read(): SecretBytes {
    reads += 1;
    return SecretBytes.copyOf(new TextEncoder().encode(`key ${reads}`));
  }
  const folder: KeyReader = {
    readKey: async (_namespace, _name, key) => (key === 'none' ? null : read()),
    readKeys: async (_namespace, name) => (name === 'none' ? null : new Map([['a', read()]])),
  };
  const clock = createFakeClock();
  return { keys: shareKeys(folder, clock), clock };
}

it('reads keys once for all who ask within half a second', async () => {
  const { keys, clock } = openKeys();
  const asked = [
    await keys.readKeys('shop', 'age'),
    await keys.readKeys('shop', 'age'),
    await keys.readKeys('prod', 'age'),
  ];
  await clock.advance(500);
  asked.push(await keys.readKeys('shop', 'age'));
  expect(asked.map((found) => text(found?.get('a')))).toEqual(['key 1', 'key 1', 'key 2', 'key 3']);
  const one = [await keys.readKey('shop', 'age', 'a'), await keys.readKey('shop', 'age', 'a')];
  expect(one.map(text)).toEqual(['key 4', 'key 4']);
});

it('gives each who asks bytes of their own, and wipes those that are shared', async () => {
  const countUnwiped = trackSecrets();
  const { keys, clock } = openKeys();
  const first = await keys.readKey('shop', 'age', 'a');
  first?.wipe();
  const second = await keys.readKey('shop', 'age', 'a');
  expect(text(second)).toBe('key 1');
  await clock.advance(500);
  expect(text(second)).toBe('key 1');
  second?.wipe();
  expect(countUnwiped()).toBe(0);
});

it('answers that there is none, and asks again', async () => {
  const { keys } = openKeys();
  expect(await keys.readKeys('shop', 'none')).toBeNull();
  expect(await keys.readKey('shop', 'age', 'none')).toBeNull();
});
