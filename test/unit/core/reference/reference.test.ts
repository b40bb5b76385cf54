import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatReference, isStoreName, parseReference } from '#core/reference/reference.ts';

const runs = { numRuns: process.env['SLOW'] === '1' ? 10_000 : 200 };

const segment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => !/[/\p{Cc}]/u.test(text) && text.isWellFormed() && !/^\.{1,2}$/u.test(text));
const name = fc.stringMatching(/^[a-z0-9](?:[-a-z0-9]{0,10}[a-z0-9])?$/u);
const references = fc.record({
  store: fc.oneof(
    name,
    name.map((text) => `cluster/${text}`),
  ),
  path: fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')),
  key: fc.option(segment),
  version: fc.option(segment),
});

describe('a reference', () => {
  it.each([
    ['vault:secret/data/db', { store: 'vault', path: 'secret/data/db', key: null, version: null }],
    ['vault:db#user', { store: 'vault', path: 'db', key: 'user', version: null }],
    ['vault:db#user@3', { store: 'vault', path: 'db', key: 'user', version: '3' }],
    ['vault:db@3', { store: 'vault', path: 'db', key: null, version: '3' }],
    ['cluster/v:a/b', { store: 'cluster/v', path: 'a/b', key: null, version: null }],
    ['vault:a%3Ab%23c#k%40l', { store: 'vault', path: 'a:b#c', key: 'k@l', version: null }],
  ])('is parsed: %s', (text, reference) => {
    expect(parseReference(text)).toEqual({ kind: 'valid', reference });
    expect(formatReference(reference)).toBe(text);
  });

  it.each([
    ['', 'STORE:PATH'],
    ['vault:', 'STORE:PATH'],
    ['secret/data/db', 'must name its store'],
    ['vault:a:b', 'STORE:PATH'],
    ['vault:a#b#c', 'STORE:PATH'],
    ['vault:a@1#b', 'STORE:PATH'],
    ['vault:a#', 'STORE:PATH'],
    ['Vault:a', 'name of a Store'],
    ['cluster/:a', 'name of a Store'],
    [':a', 'name of a Store'],
    ['vault:/a', 'leading slash'],
    ['vault:a//b', 'empty segment'],
    ['vault:a/../b', '..'],
    ['vault:a/%2e%2e/b', '..'],
    ['vault:a%2', 'not %XX'],
    ['vault:a%00', 'control character'],
    ['vault:a\nb', 'control character'],
    [`vault:${'a'.repeat(1_024)}`, 'longer than 1024'],
  ])('is refused: %j', (text, problem) => {
    const parsed = parseReference(text);
    expect(parsed.kind === 'invalid' && parsed.problem).toContain(problem);
  });

  it('takes the store that it does not name from whoever reads it', () => {
    const parsed = parseReference('db#user', 'cluster/vault');
    expect(parsed).toMatchObject({ kind: 'valid', reference: { store: 'cluster/vault' } });
  });

  it('is the same after it was written and parsed', () => {
    const property = fc.property(references, (reference) => {
      expect(parseReference(formatReference(reference))).toEqual({ kind: 'valid', reference });
    });
    fc.assert(property, runs);
  });

  it('never fails on any text, and what it takes has one canonical form', () => {
    const property = fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const parsed = parseReference(`vault:${text}`);
      if (parsed.kind === 'invalid') return;
      expect(parseReference(formatReference(parsed.reference))).toEqual(parsed);
    });
    fc.assert(property, runs);
  });

  it('names stores as objects are named', () => {
    expect(['vault', 'cluster/vault', 'a.b'].every(isStoreName)).toBe(true);
    expect(['', 'cluster/', 'a/b', 'A', '../x', 'cluster/a/b'].some(isStoreName)).toBe(false);
  });
});
