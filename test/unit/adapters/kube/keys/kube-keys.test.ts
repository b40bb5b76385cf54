import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeResource } from '#core/ports/kube/kube-api.ts';
import type { KeyReader } from '#core/ports/object-api.ts';
import { createKubeKeys } from '#adapters/kube/keys/kube-keys.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

const resource: KubeResource = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };

function setUp(): {
  readonly kube: MemoryKube;
  readonly keys: KeyReader;
  readonly clock: FakeClock;
  readonly end: AbortController;
} {
  const clock = createFakeClock();
  const kube = createMemoryKube(clock);
  const end = new AbortController();
  return { kube, clock, end, keys: createKubeKeys({ api: kube, clock, signal: end.signal }) };
}

function put(kube: MemoryKube, texts: Readonly<Record<string, string>>, type = 'Opaque'): void {
  const content = Object.entries(texts).map(([key, text]) => [
    key,
    Buffer.from(text, 'latin1').toString('base64'),
  ]);
  const metadata = { namespace: 'prod', name: 'keys' };
  kube.put(resource, { metadata, type, data: Object.fromEntries(content) as unknown });
}

describe('the keys of a cluster', () => {
  it('are the values of a Secret of the namespace, in order of their names', async () => {
    const { kube, keys } = setUp();
    put(kube, { 'b.txt': 'two', 'a.txt': '\u0000\u00ff' });
    const all = await keys.readKeys('prod', 'keys');
    expect([...(all ?? [])].map(([key, bytes]) => [key, [...bytes.expose()]])).toEqual([
      ['a.txt', [0, 255]],
      ['b.txt', [...Buffer.from('two')]],
    ]);
    const one = await keys.readKey('prod', 'keys', 'b.txt');
    expect(Buffer.from(one?.expose() ?? []).toString()).toBe('two');
  });

  it('are not there when the Secret, the key or all content is missing', async () => {
    const { kube, keys } = setUp();
    expect(await keys.readKeys('prod', 'keys')).toBeNull();
    expect(await keys.readKey('prod', 'keys', 'a')).toBeNull();
    kube.put(resource, { metadata: { namespace: 'prod', name: 'keys' } });
    expect((await keys.readKeys('prod', 'keys'))?.size).toBe(0);
    expect(await keys.readKey('prod', 'keys', 'constructor')).toBeNull();
    expect(await keys.readKeys('other', 'keys')).toBeNull();
  });

  it('are read with one call by all who ask meanwhile, each with bytes of its own', async () => {
    const { kube, keys } = setUp();
    put(kube, { key: 'one' });
    const unwiped = trackSecrets();
    const reads = await Promise.all(
      Array.from({ length: 50 }, () => keys.readKey('prod', 'keys', 'key')),
    );
    expect(kube.requests).toHaveLength(1);
    const [first, second] = reads;
    first?.wipe();
    expect(Buffer.from(second?.expose() ?? []).toString()).toBe('one');
    for (const bytes of reads) bytes?.wipe();
    expect(unwiped()).toBe(0);
  });

  it('are asked for anew half a second after an answer', async () => {
    const { kube, clock, keys } = setUp();
    put(kube, { key: 'one' });
    await keys.readKey('prod', 'keys', 'key');
    put(kube, { key: 'three' });
    await clock.advance(499);
    expect((await keys.readKey('prod', 'keys', 'key'))?.size).toBe(3);
    await clock.advance(1);
    expect((await keys.readKey('prod', 'keys', 'key'))?.size).toBe(5);
  });

  it('are asked for anew at once when they were missing or the question failed', async () => {
    const { kube, keys } = setUp();
    const down = createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'get', reason: 'down' });
    kube.failNext(() => true, down);
    await expectCode(keys.readKey('prod', 'keys', 'key'), 'MAYFLY_KUBE_UNAVAILABLE');
    expect(await keys.readKey('prod', 'keys', 'key')).toBeNull();
    put(kube, { key: 'one' });
    expect((await keys.readKey('prod', 'keys', 'key'))?.size).toBe(3);
  });

  it.each(['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'])(
    'are never tokens of the cluster itself: %s',
    async (type) => {
      const { kube, keys } = setUp();
      put(kube, { token: 'one' }, type);
      await expectCode(keys.readKey('prod', 'keys', 'token'), 'MAYFLY_KEY_TOKEN');
      await expectCode(keys.readKeys('prod', 'keys'), 'MAYFLY_KEY_TOKEN');
    },
  );

  it('have names that cannot lead elsewhere', async () => {
    const { kube, keys } = setUp();
    for (const [namespace, name, key] of [
      ['prod/../kube-system', 'keys', 'key'],
      ['prod', '../keys', 'key'],
      ['prod', 'keys', '../key'],
      ['', 'keys', 'key'],
    ] as const) {
      await expectCode(keys.readKey(namespace, name, key), 'MAYFLY_KEY_NAME');
    }
    await expectCode(keys.readKeys('prod', 'keys?x'), 'MAYFLY_KEY_NAME');
    expect(kube.requests).toEqual([]);
  });

  it('are not read by the thousand', async () => {
    const { kube, keys } = setUp();
    put(kube, Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`key-${at}`, 'x'])));
    const unwiped = trackSecrets();
    await expectCode(keys.readKeys('prod', 'keys'), 'MAYFLY_KEY_TOO_MANY');
    expect(unwiped()).toBe(0);
    (await keys.readKey('prod', 'keys', 'key-7'))?.wipe();
  });

  it('are no longer waited for when the program ends', async () => {
    const { kube, keys, end } = setUp();
    kube.faults.add({ matches: () => true, before: () => new Promise(() => undefined) });
    const reading = keys.readKey('prod', 'keys', 'key');
    end.abort(new Error('the end'));
    await expect(reading).rejects.toThrow('the end');
  });
});
