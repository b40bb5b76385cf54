import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue, type ErrorCode } from '#core/errors/catalogue.ts';
import type { CatalogueEntry } from '#core/errors/kinds.ts';
import { readSourceFiles, root } from '#test/support/arch/source-files.ts';

const codes = Object.keys(catalogue) as ErrorCode[];
const entries = Object.entries<CatalogueEntry>(catalogue);

describe('the error catalogue', () => {
  it('names its codes MAYFLY_<AREA>_<FACT>', () => {
    expect(codes.filter((code) => !/^MAYFLY(?:_[A-Z0-9]+){2,}$/u.test(code))).toEqual([]);
  });

  it('has a hint for everything that a reader can mend', () => {
    const silent = entries.filter(
      ([, { kind, hint }]) => (kind === 'invalid' || kind === 'denied') && (hint ?? '') === '',
    );
    expect(silent.map(([code]) => code)).toEqual([]);
  });

  it('writes messages and hints in lower case and without a full stop', () => {
    const loud = entries.filter(([, { message, hint }]) =>
      [message, hint ?? 'none'].some((text) => /^[A-Z][a-z]|\.$|\n/u.test(text)),
    );
    expect(loud.map(([code]) => code)).toEqual([]);
  });

  it('is documented completely and nothing else is', () => {
    const page = readFileSync(join(root, 'docs', 'errors.md'), 'utf8');
    expect(wordsIn(page)).toEqual(new Set(codes));
  });

  it('holds no code that nothing answers with', () => {
    const sources = readSourceFiles(['src', 'webhook', 'certs']).filter(
      ({ path }) => !path.startsWith('src/core/errors/codes/'),
    );
    const used = wordsIn(sources.map(({ text }) => text).join('\n'));
    expect(codes.filter((code) => !used.has(code))).toEqual([]);
  });

  it('holds no code that no test provokes', () => {
    const tests = readSourceFiles(['test']).filter(({ path }) => !path.startsWith('test/arch/'));
    const asserted = wordsIn(tests.map(({ text }) => text).join('\n'));
    expect(codes.filter((code) => !asserted.has(code))).toEqual([]);
  });
});

function wordsIn(text: string): ReadonlySet<string> {
  return new Set(text.match(/\bMAYFLY(?:_[A-Z0-9]+){2,}\b/gu));
}
