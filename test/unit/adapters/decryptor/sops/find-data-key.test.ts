import { describe, expect, it } from '@jest/globals';
import { createDataKeyCache, digestKeys, slotOf } from '#adapters/decryptor/sops/data-key-cache.ts';
import {
  findDataKey,
  type KeyDeps,
  type KeyRequest,
} from '#adapters/decryptor/sops/find-data-key.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { DataKeyUnwrapper } from '#core/ports/data-key.ts';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { SopsKey } from '#core/sops/metadata/metadata.ts';
import { splitSecret } from '#core/sops/shamir.ts';
import { expectCode } from '#test/support/expect-code.ts';

const dataKey = Uint8Array.from({ length: 32 }, (_, at) => at);

function copyFor(kind: string, wrapped: string): SopsKey {
  return { kind, recipient: `${kind}-recipient`, wrapped, source: { kind: 'map', entries: [] } };
}

function key(content: string): KeyMaterial {
  return { name: content, bytes: SecretBytes.take(Buffer.from(content)) };
}

/** Opens by table: `wrapped` is the name of what comes out. */
function unwrapperOf(
  kind: string,
  table: Readonly<Record<string, Uint8Array | Error | null>>,
  asked: string[] = [],
): DataKeyUnwrapper {
  return {
    kind,
    unwrap(wrapped) {
      asked.push(wrapped.wrapped);
      const found = table[wrapped.wrapped] ?? null;
      if (found instanceof Error) return Promise.reject(found);
      return Promise.resolve(found === null ? null : SecretBytes.copyOf(found));
    },
  };
}

function depsOf(...unwrappers: DataKeyUnwrapper[]): KeyDeps {
  return { unwrappers, cache: createDataKeyCache(2) };
}

function request(keyGroups: KeyRequest['metadata']['keyGroups'], shamirThreshold = 0): KeyRequest {
  const metadata = { keyGroups, shamirThreshold };
  return { path: 'f', metadata, keys: [key('mine')], signal: new AbortController().signal };
}

const corrupt = createError('MAYFLY_SOPS_DATA_KEY', { path: 'copy' });
const invalid = createError('MAYFLY_SOPS_SYNTAX', { path: 'k', format: 'yaml', line: 1 });

describe('the search for a data key', () => {
  it('tries the copies for age first and stops at the first that opens', async () => {
    const asked: string[] = [];
    const age = unwrapperOf('age', { second: dataKey }, asked);
    const pgp = unwrapperOf('pgp', { third: dataKey }, asked);
    const copies = [copyFor('pgp', 'third'), copyFor('age', 'first'), copyFor('age', 'second')];
    const found = await findDataKey(depsOf(age, pgp), request([copies]));
    expect([...found.expose()]).toEqual([...dataKey]);
    expect(asked).toEqual(['first', 'second']);
  });

  it('passes a damaged copy over as long as another one opens', async () => {
    const age = unwrapperOf('age', { bad: corrupt, good: dataKey });
    const copies = [copyFor('age', 'bad'), copyFor('age', 'good')];
    await expect(findDataKey(depsOf(age), request([copies]))).resolves.toBeInstanceOf(SecretBytes);
  });

  it('tells of the damaged copy when nothing else opens', async () => {
    const age = unwrapperOf('age', { bad: corrupt });
    const copies = [copyFor('age', 'bad'), copyFor('age', 'other')];
    const error = await expectCode(
      findDataKey(depsOf(age), request([copies])),
      'MAYFLY_SOPS_DATA_KEY',
    );
    expect(error).toBe(corrupt);
  });

  it('stops at a key file that cannot be read', async () => {
    const age = unwrapperOf('age', { bad: invalid, good: dataKey });
    const copies = [copyFor('age', 'bad'), copyFor('age', 'good')];
    await expectCode(findDataKey(depsOf(age), request([copies])), 'MAYFLY_SOPS_SYNTAX');
  });

  it('names a few recipients when no key opens', async () => {
    const copies = Array.from({ length: 7 }, (_, at) => copyFor('kms', `k${at}`));
    const error = await expectCode(findDataKey(depsOf(), request([copies])), 'MAYFLY_SOPS_NO_KEY');
    expect(error.message).toMatch(/(?:kms-recipient, ){5}and 2 more$/u);
  });

  it('refuses a key of a wrong size', async () => {
    const age = unwrapperOf('age', { short: new Uint8Array(16) });
    await expectCode(
      findDataKey(depsOf(age), request([[copyFor('age', 'short')]])),
      'MAYFLY_SOPS_DATA_KEY',
    );
  });

  it('ends when it is aborted', async () => {
    const aborted = {
      ...request([[copyFor('age', 'x')]]),
      signal: AbortSignal.abort(new Error('stop')),
    };
    await expect(findDataKey(depsOf(unwrapperOf('age', {})), aborted)).rejects.toThrow('stop');
  });
});

describe('a data key that is shared out', () => {
  const [one = dataKey, two = dataKey, three = dataKey] = splitSecret(
    dataKey,
    { shares: 3, threshold: 2 },
    Uint8Array.from({ length: 32 }, (_, at) => 7 * at),
  );
  const age = unwrapperOf('age', { one, two, three, bad: corrupt, same: one });

  it.each([
    ['one', 'three'],
    ['one', 'two', 'three'],
    ['two', 'none', 'three'],
  ])('is put together from %s', async (...names) => {
    const groups = names.map((name) => [copyFor('age', name)]);
    const found = await findDataKey(depsOf(age), request(groups, 2));
    expect([...found.expose()]).toEqual([...dataKey]);
  });

  it.each([
    [['one', 'none', 'none'], 2, 'MAYFLY_SOPS_KEY_GROUPS'],
    [['one', 'two', 'none'], 0, 'MAYFLY_SOPS_KEY_GROUPS'],
    [['one', 'none'], 1, 'MAYFLY_SOPS_KEY_GROUPS'],
    [['one', 'bad'], 2, 'MAYFLY_SOPS_DATA_KEY'],
    [['one', 'same'], 2, 'MAYFLY_SOPS_DATA_KEY'],
  ] as const)('is refused from %s of threshold %d', async (names, threshold, code) => {
    const groups = names.map((name) => [copyFor('age', name)]);
    await expectCode(findDataKey(depsOf(age), request(groups, threshold)), code);
  });
});

describe('the cache of data keys', () => {
  it('spares an unwrapping, but only for the same identities', async () => {
    const asked: string[] = [];
    const deps = depsOf(unwrapperOf('age', { copy: dataKey }, asked));
    const first = request([[copyFor('age', 'copy')]]);
    const found = await findDataKey(deps, first);
    found.wipe();
    const again = await findDataKey(deps, first);
    expect([...again.expose()]).toEqual([...dataKey]);
    expect(asked).toHaveLength(1);
    await findDataKey(deps, { ...first, keys: [key('another')] });
    expect(asked).toHaveLength(2);
  });

  it('forgets what was used least recently', () => {
    const cache = createDataKeyCache(2);
    for (const slot of ['a', 'b']) cache.put(slot, SecretBytes.copyOf(dataKey));
    expect(cache.get('a')).not.toBeNull();
    cache.put('c', SecretBytes.copyOf(dataKey));
    expect([cache.get('a') !== null, cache.get('b'), cache.get('c') !== null]).toEqual([
      true,
      null,
      true,
    ]);
    cache.put('c', SecretBytes.copyOf(new Uint8Array(32)));
    expect(cache.get('c')?.expose()[5]).toBe(0);
  });

  it('tells keys apart by content and number, and copies by kind', () => {
    expect(digestKeys([key('ab'), key('c')])).not.toBe(digestKeys([key('a'), key('bc')]));
    expect(slotOf(copyFor('age', 'x'), 'k')).not.toBe(slotOf(copyFor('pgp', 'x'), 'k'));
  });
});
