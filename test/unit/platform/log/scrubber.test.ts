import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createScrubber, type Scrubber } from '#platform/log/scrub/scrubber.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';

let scrubber: Scrubber;
const held: SecretBytes[] = [];
beforeEach(() => {
  scrubber = createScrubber();
});
afterEach(() => {
  scrubber.stop();
  for (const secret of held.splice(0)) secret.wipe();
});

function hold(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  held.push(SecretBytes.copyOf(bytes));
  return bytes;
}

function percentAll(bytes: Buffer): string {
  return [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function unicodeAll(text: string): string {
  return text.replaceAll(/[^]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const value = 'p?>~ss w/"ö"\\rd\n+%41~?>';

const encodings: [string, (bytes: Buffer, text: string) => string][] = [
  ['plain', (_, text) => text],
  ['base64', (bytes) => bytes.toString('base64')],
  ['base64 without padding', (bytes) => bytes.toString('base64').replaceAll('=', '')],
  ['base64url', (bytes) => bytes.toString('base64url')],
  ['base64 after one byte', (bytes) => Buffer.concat([Buffer.of(1), bytes]).toString('base64')],
  ['base64 after two bytes', (bytes) => Buffer.concat([Buffer.of(1, 2), bytes]).toString('base64')],
  [
    'base64url after one byte',
    (bytes) => Buffer.concat([Buffer.of(1), bytes]).toString('base64url'),
  ],
  ['base64 wrapped', (bytes) => bytes.toString('base64').replaceAll(/.{7}/gu, '$&\n')],
  ['base64 in a URL', (bytes) => encodeURIComponent(bytes.toString('base64'))],
  ['hex', (bytes) => bytes.toString('hex')],
  ['upper-case hex', (bytes) => bytes.toString('hex').toUpperCase()],
  ['hex with colons', (bytes) => bytes.toString('hex').replaceAll(/..(?!$)/gu, '$&:')],
  ['an inspected buffer', (bytes) => inspect(bytes)],
  ['minimal URL encoding', (_, text) => encodeURIComponent(text)],
  ['whole URL encoding', (bytes) => percentAll(bytes)],
  ['upper-case URL encoding', (bytes) => percentAll(bytes).toUpperCase()],
  ['form encoding', (_, text) => new URLSearchParams({ a: text }).toString().slice(2)],
  ['JSON', (_, text) => JSON.stringify(text).slice(1, -1)],
  ['JSON in JSON', (_, text) => JSON.stringify(JSON.stringify(text)).slice(3, -3)],
  ['JSON with every letter escaped', (_, text) => unicodeAll(text)],
  ['an inspected string', (_, text) => inspect(text).slice(1, -1)],
];

describe('the scrubber', () => {
  it.each(encodings)('hides a secret in %s', (_, encode) => {
    const bytes = hold(value);
    const encoded = encode(bytes, value);
    const found = scrubber.scrub(`{"msg":"before ${encoded} after"}`);
    expect(found).toContain('[secret]');
    expect(found.length).toBeLessThan(60);
    expect(found).toMatch(/^\{"msg":"before .* after"\}$/su);
  });

  it('hides random bytes at every alignment, in whatever stands around them', () => {
    const random = createFakeRandom(3);
    for (let round = 0; round < 200; round += 1) {
      const bytes = hold(random.bytes(6 + (round % 40)));
      const around = (): Buffer => Buffer.from(random.bytes(Math.floor(random.fraction() * 9)));
      const whole = Buffer.concat([around(), bytes, around()]);
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        const found = scrubber.scrub(`xx ${whole.toString(encoding)} yy`);
        expect(found).toMatch(/^xx .*\[secret\].* yy$/u);
        expect(found.length).toBeLessThan(60);
      }
    }
  });

  it('leaves a text without secrets as it is', () => {
    const text = `{"msg":"nothing % \\u00e9 \\q %zz + here","id":"${'ab'.repeat(40)}"}`;
    expect(scrubber.scrub(text)).toBe(text);
    hold('something else');
    expect(scrubber.scrub(text)).toBe(text);
    expect(scrubber.scrub('')).toBe('');
  });

  it('hides several secrets, the longest of those that begin alike, and overlapping ones', () => {
    for (const text of ['hunter2', 'hunter2-long', 'long-tail', 'other-one']) hold(text);
    const found = scrubber.scrub('a hunter2-long-tail b other-one, hunter2 c');
    expect(found).toBe('a [secret] b [secret], [secret] c');
  });

  it('knows a secret from its making to its wiping', () => {
    expect(scrubber.scrub('a late-secret b')).toBe('a late-secret b');
    hold('late-secret');
    expect(scrubber.scrub('a late-secret b')).toBe('a [secret] b');
    for (const secret of held) secret.wipe();
    expect(scrubber.scrub('a late-secret b')).toBe('a late-secret b');
  });

  it('does not hide values under six bytes', () => {
    hold('short');
    expect(scrubber.scrub('a short b')).toBe('a short b');
    hold('shorts');
    expect(scrubber.scrub('a shorts b')).toBe('a [secret] b');
  });

  it('hides a value also without the white space around it', () => {
    hold('  hunter2hunter2\r\n');
    expect(scrubber.scrub('a hunter2hunter2 b')).toBe('a [secret] b');
    hold(' \n \t \n ');
    expect(scrubber.scrub('a  \n \t \n  b')).toBe('a  \n \t \n  b');
  });

  it('keeps the text around a secret, whatever its alphabet', () => {
    hold('Geheimnis');
    expect(scrubber.scrub('größe 🔑 Geheimnis 🔑 ende')).toBe('größe 🔑 [secret] 🔑 ende');
  });

  it('costs no more with twenty thousand secrets than with one', () => {
    const random = createFakeRandom(5);
    for (let index = 0; index < 20_000; index += 1) hold(random.bytes(24));
    const line = `{"msg":"${'word '.repeat(60)}"}`;
    scrubber.scrub(line);
    const start = performance.now();
    for (let round = 0; round < 100; round += 1) scrubber.scrub(line);
    expect((performance.now() - start) / 100).toBeLessThan(5);
  });
});
