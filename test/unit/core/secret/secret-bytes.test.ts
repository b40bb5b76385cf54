import { format, inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MayflyError } from '#core/errors/mayfly-error.ts';
import { SecretBytes, watchSecrets } from '#core/secret/secret-bytes.ts';

function secretOf(text: string): SecretBytes {
  return SecretBytes.take(new TextEncoder().encode(text));
}

describe('SecretBytes', () => {
  it('is copied to bytes of its own', () => {
    const secret = secretOf('of the test');
    const copy = secret.copy();
    secret.wipe();
    expect(new TextDecoder().decode(copy.expose())).toBe('of the test');
    copy.wipe();
    expect(() => copy.copy()).toThrow(MayflyError);
  });

  it('shows its value in no rendering', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme-ascii' }), (text) => {
        fc.pre(!'[secret] SecretBytes {"a":[]}'.includes(text));
        const secret = secretOf(text);
        const renderings = [
          String(secret),
          // eslint-disable-next-line typescript/restrict-template-expressions -- the very thing under test
          `${secret}`,
          JSON.stringify({ a: [secret] }),
          inspect({ secret }, { depth: 9, showHidden: true }),
          format('%s %o %j', secret, secret, secret),
          JSON.stringify(Object.entries(secret)),
        ];
        for (const rendering of renderings) expect(rendering).not.toContain(text);
        secret.wipe();
      }),
      { numRuns: 50 },
    );
  });

  it('overwrites its bytes when it is wiped, and fails afterwards', () => {
    const bytes = new TextEncoder().encode('correct horse');
    const secret = SecretBytes.take(bytes);
    expect(secret.size).toBe(13);
    secret.wipe();
    secret.wipe();
    expect([...bytes].every((byte) => byte === 0)).toBe(true);
    expect([secret.size, secret.isWiped]).toEqual([0, true]);
    expect(() => secret.expose()).toThrow(MayflyError);
    expect(() => secret.expose()).toThrow(
      expect.objectContaining({ code: 'MAYFLY_INTERNAL_SECRET_WIPED' }),
    );
  });

  it('copies the bytes on demand, so that the caller keeps its own', () => {
    const bytes = new TextEncoder().encode('correct horse');
    const secret = SecretBytes.copyOf(bytes);
    secret.wipe();
    expect(bytes[0]).toBe('c'.charCodeAt(0));
  });

  it('is known to whoever watches, from its making until its wiping', () => {
    const early = secretOf('an early value');
    const seen = new Set<SecretBytes | undefined>();
    const stop = watchSecrets({
      appeared: (reference) => seen.add(reference.deref()),
      vanished: (reference) => seen.delete(reference.deref()),
    });
    const late = secretOf('a late value');
    expect([seen.has(early), seen.has(late)]).toEqual([true, true]);
    late.wipe();
    late.wipe();
    expect([seen.has(early), seen.has(late)]).toEqual([true, false]);
    stop();
    expect(seen.has(secretOf('unwatched'))).toBe(false);
  });
});
