import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createAgeUnwrapper } from '#adapters/age/index.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import { ageKey, agePayload, keyOf, readAgeVector, wrappedFor } from '#test/support/age/vectors.ts';
import { expectCode } from '#test/support/expect-code.ts';

const { signal } = new AbortController();
const unwrapper = createAgeUnwrapper();

async function unwrapText(wrapped: string, ...keys: KeyMaterial[]): Promise<string | null> {
  const opened = await unwrapper.unwrap(wrappedFor(wrapped), keys, signal);
  return opened && Buffer.from(opened.expose()).toString();
}

async function armored(name: string): Promise<string> {
  return (await readAgeVector(`${name}.age`)).toString();
}

/** Changes the age file inside the armor. */
async function rewritten(name: string, change: (file: string) => string): Promise<string> {
  const lines = (await armored(name)).trim().split('\n');
  const file = Buffer.from(lines.slice(1, -1).join(''), 'base64').toString('latin1');
  const body =
    Buffer.from(change(file), 'latin1')
      .toString('base64')
      .match(/.{1,64}/gu) ?? [];
  return [lines[0], ...body, lines.at(-1)].join('\n');
}

describe('unwrapping a data key with age', () => {
  it.each([
    { kind: 'an X25519', name: 'x25519', file: 'x25519.txt' },
    { kind: 'a post-quantum', name: 'hybrid', file: 'hybrid.txt' },
    { kind: 'an ssh ed25519', name: 'ssh-ed25519', file: 'ssh-ed25519' },
    { kind: 'an ssh rsa', name: 'ssh-rsa', file: 'ssh-rsa' },
    { kind: 'a PKCS #1 rsa', name: 'ssh-rsa-pkcs1', file: 'ssh-rsa-pkcs1' },
  ])('opens what the real age wrapped for $kind key', async ({ name, file }) => {
    expect(await unwrapText(await armored(name), await ageKey(file))).toBe(agePayload);
  });

  it.each(['x25519', 'hybrid', 'ssh-ed25519', 'ssh-rsa'])(
    'answers null when only other keys than %s are given',
    async (name) => {
      const files = ['ssh-rsa-pkcs1', 'x25519.txt', 'hybrid.txt', 'ssh-ed25519', 'ssh-rsa'];
      const others = files.filter((file) => file !== name && file !== `${name}.txt`);
      const strangers = await Promise.all(others.map(ageKey));
      expect(await unwrapText(await armored(name), ...strangers)).toBeNull();
    },
  );

  it('finds the right key among several files', async () => {
    const keys = await Promise.all(['hybrid.txt', 'ssh-ed25519', 'x25519.txt'].map(ageKey));
    expect(await unwrapText(await armored('x25519'), ...keys)).toBe(agePayload);
  });

  it('reads an identity file once and tells files apart by content, not name', async () => {
    const fresh = createAgeUnwrapper();
    const wrapped = wrappedFor(await armored('x25519'));
    const right = (await readAgeVector('x25519.txt')).toString();
    const wrong = (await readAgeVector('hybrid.txt')).toString();
    expect(await fresh.unwrap(wrapped, [keyOf(wrong)], signal)).toBeNull();
    expect(await fresh.unwrap(wrapped, [keyOf(right)], signal)).not.toBeNull();
    expect(await fresh.unwrap(wrapped, [keyOf(right)], signal)).not.toBeNull();
  });

  it('stops when it is cancelled', async () => {
    const wrapped = wrappedFor(await armored('x25519'));
    const keys = [await ageKey('x25519.txt')];
    await expect(unwrapper.unwrap(wrapped, keys, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});

describe('a wrapped data key that is broken', () => {
  it.each([
    { when: 'it is empty', wrapped: '' },
    { when: 'it is no armor', wrapped: 'hello' },
    {
      when: 'its armor holds no age file',
      wrapped: '-----BEGIN AGE ENCRYPTED FILE-----\naGVsbG8=\n-----END AGE ENCRYPTED FILE-----',
    },
    { when: 'it is huge', wrapped: 'A'.repeat(200_000) },
  ])('is refused as malformed when $when', async ({ wrapped }) => {
    await expectCode(unwrapText(wrapped, await ageKey('x25519.txt')), 'MAYFLY_AGE_KEY_MALFORMED');
  });

  it.each([
    { when: 'another version', change: (file: string) => file.replace('/v1', '/v2') },
    {
      when: 'a stanza without body',
      change: (file: string) => file.replace(/\n[^\n]+\n---/u, '\n---'),
    },
    {
      when: 'a share that is too short',
      change: (file: string) => file.replace(/X25519 ..../u, 'X25519 '),
    },
    {
      when: 'a share of low order',
      change: (file: string) => file.replace(/X25519 [^\n]+/u, `X25519 ${'A'.repeat(43)}`),
    },
    {
      when: 'a second argument',
      change: (file: string) => file.replace('-> X25519', '-> X25519 AAAA'),
    },
    { when: 'two spaces', change: (file: string) => file.replace('-> X25519', '->  X25519') },
    { when: 'a cut MAC', change: (file: string) => file.replace(/--- ..../u, '--- ') },
    { when: 'no payload', change: (file: string) => file.replace(/(--- [^\n]+\n)[^]*/u, '$1') },
    {
      when: 'too many stanzas',
      change: (file: string) => file.replace('\n', `\n${'-> x\n\n'.repeat(65)}`),
    },
    { when: 'a payload of several chunks', change: (file: string) => file + 'x'.repeat(66_000) },
  ])('is refused as malformed with $when', async ({ change }) => {
    const wrapped = await rewritten('x25519', change);
    await expectCode(unwrapText(wrapped, await ageKey('x25519.txt')), 'MAYFLY_AGE_KEY_MALFORMED');
  });

  it.each([
    {
      name: 'hybrid',
      file: 'hybrid.txt',
      change: (text: string) => text.replace(/x25519 ..../u, 'x25519 '),
    },
    {
      name: 'hybrid',
      file: 'hybrid.txt',
      change: (text: string) => text.replace('\n---', '\n-> grease\n\n---'),
    },
    {
      name: 'ssh-ed25519',
      file: 'ssh-ed25519',
      change: (text: string) => text.replace(/(ed25519 \S+).*/u, '$1'),
    },
    {
      name: 'ssh-rsa',
      file: 'ssh-rsa',
      change: (text: string) => text.replace(/rsa \S+/u, '$& AAAA'),
    },
    {
      name: 'ssh-rsa',
      file: 'ssh-rsa',
      change: (text: string) => text.replace(/\n[^\n]+\n---/u, '\n\n---'),
    },
  ])('is refused as malformed with a changed stanza of $name', async ({ name, file, change }) => {
    const wrapped = await rewritten(name, change);
    await expectCode(unwrapText(wrapped, await ageKey(file)), 'MAYFLY_AGE_KEY_MALFORMED');
  });

  it.each([
    {
      when: 'a stanza was added',
      change: (file: string) => file.replace('\n---', '\n-> grease\n\n---'),
    },
    {
      when: 'a payload byte was changed',
      change: (file: string) => file.slice(0, -1) + (file.endsWith('x') ? 'y' : 'x'),
    },
    { when: 'the payload was cut', change: (file: string) => file.slice(0, -1) },
  ])('is refused as tampered when $when', async ({ change }) => {
    const wrapped = await rewritten('x25519', change);
    await expectCode(unwrapText(wrapped, await ageKey('x25519.txt')), 'MAYFLY_AGE_KEY_TAMPERED');
  });

  it.each([
    { name: 'x25519', file: 'x25519.txt' },
    { name: 'ssh-ed25519', file: 'ssh-ed25519' },
    { name: 'ssh-rsa', file: 'ssh-rsa' },
    { name: 'hybrid', file: 'hybrid.txt' },
  ])('never yields another key after a one-byte change, for $name', async ({ name, file }) => {
    const original = await readAgeVector(`${name}.age`);
    const key = await ageKey(file);
    const change = fc.tuple(fc.nat(original.length - 1), fc.nat(255));
    const property = fc.asyncProperty(change, async ([index, byte]) => {
      const mutated = Buffer.from(original);
      mutated[index] = byte;
      const opened = await openOrRefuse(mutated.toString('latin1'), key);
      expect([agePayload, null, 'refused']).toContain(opened);
    });
    await fc.assert(property, { numRuns: process.env['SLOW'] === '1' ? 1000 : 100 });
  });
});

async function openOrRefuse(wrapped: string, key: KeyMaterial): Promise<string | null> {
  try {
    return await unwrapText(wrapped, key);
  } catch (error) {
    if (isMayflyError(error) && error.kind === 'corrupt') return 'refused';
    throw error;
  }
}
