import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  createIssuerKeys,
  type IssuerKeys,
  type KeySnapshot,
} from '#adapters/identity/oidc/issuer-keys.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { TokenKey } from '#core/identity/issuer/parse-key-set.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createSigningKey } from '#test/support/issuer/signing-key.ts';

const { jwk } = createSigningKey('key-1', 'ES256');
const published: readonly TokenKey[] = [{ ...jwk, kty: 'EC' }];
const down = createError('MAYFLY_ISSUER_UNAVAILABLE', { issuer: 'github', reason: 'down' });
const [second, minute, hour] = [1_000, 60_000, 3_600_000];

let clock: FakeClock;
let reads: number;
let answer: () => Promise<readonly TokenKey[]>;
let keys: IssuerKeys;

function wellAnswer(): Promise<readonly TokenKey[]> {
  return Promise.resolve(published);
}

function read(signal = AbortSignal.timeout(5_000)): Promise<KeySnapshot> {
  return keys.read(signal);
}

function readNewer(than: KeySnapshot): Promise<KeySnapshot> {
  return keys.readNewer(than, AbortSignal.timeout(5_000));
}

beforeEach(() => {
  clock = createFakeClock();
  reads = 0;
  answer = wellAnswer;
  const deps = { clock, random: createFakeRandom() };
  const source = {
    issuer: 'github',
    read: async () => {
      reads += 1;
      return await answer();
    },
  };
  keys = createIssuerKeys(source, deps);
});

describe('the keys of an issuer', () => {
  it('are read once for all who wait', async () => {
    const [one, other] = await Promise.all([read(), read()]);
    expect(one).toBe(other);
    expect(reads).toBe(1);
  });

  it('are read again in the background after five minutes', async () => {
    const first = await read();
    await clock.advance(5 * minute);
    answer = () => new Promise(() => undefined);
    expect(await read()).toBe(first);
    expect(reads).toBe(2);
  });

  it('are waited for after ten minutes, so that a key that was withdrawn is not used', async () => {
    const first = await read();
    await clock.advance(10 * minute);
    expect(await read()).not.toBe(first);
    expect(reads).toBe(2);
  });
});

// Attack 18.
describe('a flood of tokens of keys that nobody has', () => {
  it('has the keys read once in half a minute', async () => {
    const first = await read();
    await clock.advance(40 * second);
    for (let sent = 0; sent < 1_000; sent += 1) {
      await readNewer(first);
      if (sent % 100 === 0) await clock.advance(3 * second);
    }
    expect(reads).toBe(2);
  });

  it('does so also while the issuer does not answer, and holds up no honest token', async () => {
    const first = await read();
    answer = () => Promise.reject(down);
    for (let seconds = 0; seconds < 300; seconds += 1) {
      await readNewer(first);
      expect(await read()).toBe(first);
      await clock.advance(second);
    }
    expect(reads).toBeLessThanOrEqual(1 + 10);
    expect(reads).toBeGreaterThanOrEqual(1 + 8);
  });

  it('finds a key that was published, once it is time', async () => {
    const first = await read();
    expect(await readNewer(first)).toBe(first);
    await clock.advance(36 * second);
    expect(await readNewer(first)).not.toBe(first);
  });
});

describe('an issuer that is out', () => {
  it('is asked once in half a minute when it never answered', async () => {
    answer = () => Promise.reject(down);
    for (let seconds = 0; seconds < 60; seconds += 1) {
      await expectCode(read(), 'MAYFLY_ISSUER_UNAVAILABLE');
      await clock.advance(second);
    }
    expect(reads).toBeLessThanOrEqual(2);
  });

  it('is done without for six hours, and not longer', async () => {
    const first = await read();
    answer = () => Promise.reject(down);
    await clock.advance(6 * hour - minute);
    expect(await read()).toBe(first);
    await clock.advance(minute);
    await expectCode(read(), 'MAYFLY_ISSUER_UNAVAILABLE');
    answer = wellAnswer;
    await clock.advance(minute);
    expect(await read()).not.toBe(first);
  });

  it('holds up one request when it stops, and then none', async () => {
    const first = await read();
    await clock.advance(11 * minute);
    answer = () => Promise.reject(down);
    expect(await read()).toBe(first);
    await clock.advance(minute);
    answer = () => new Promise(() => undefined);
    expect(await read()).toBe(first);
    expect(reads).toBe(3);
  });
});

it('how old they are, and how often they could not be read, is known', async () => {
  expect(keys.standing()).toEqual({ ageMs: null, failures: 0 });
  answer = () => Promise.reject(down);
  await expectCode(read(), 'MAYFLY_ISSUER_UNAVAILABLE');
  expect(keys.standing()).toEqual({ ageMs: null, failures: 1 });
  answer = wellAnswer;
  await clock.advance(minute);
  const first = await read();
  await clock.advance(7 * minute);
  expect(keys.standing()).toEqual({ ageMs: 7 * minute, failures: 1 });
  answer = () => Promise.reject(down);
  expect(await readNewer(first)).toBe(first);
  expect(keys.standing()).toEqual({ ageMs: 7 * minute, failures: 2 });
});

it('whoever waits may give up, and the others go on', async () => {
  const settled = Promise.withResolvers<readonly TokenKey[]>();
  answer = () => settled.promise;
  const leaving = new AbortController();
  const [gone, staying] = [read(leaving.signal), read()];
  leaving.abort(new Error('gone'));
  await expect(gone).rejects.toThrow('gone');
  settled.resolve(published);
  await expect(staying).resolves.toBeDefined();
});

it('a fault of ours is told as one, and again only after a rest', async () => {
  answer = () => Promise.reject(new TypeError('x is not a function'));
  await expectCode(read(), 'MAYFLY_INTERNAL_BUG');
  await expectCode(read(), 'MAYFLY_INTERNAL_BUG');
  expect(reads).toBe(1);
});
