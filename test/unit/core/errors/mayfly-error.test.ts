import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { codeOf, createError, isMayflyError } from '#core/errors/mayfly-error.ts';

describe('MayflyError', () => {
  it('takes kind, hint, exit code, HTTP status and retry from its row of the catalogue', () => {
    const error = createError('MAYFLY_INTERNAL_BUG', { where: 'the queue' });
    expect(error.code).toBe('MAYFLY_INTERNAL_BUG');
    expect(error.kind).toBe('bug');
    expect(error.message).toBe('a broken invariant in the queue');
    expect(error.hint).toContain('report');
    expect([error.exitCode, error.httpStatus, error.retry]).toEqual([70, 500, 'backoff']);
    expect(isMayflyError(error)).toBe(true);
    expect(isMayflyError(new Error('other'))).toBe(false);
  });

  it('makes control characters of an identifier visible, so that a file name cannot forge a line', () => {
    const error = createError('MAYFLY_INTERNAL_BUG', { where: 'a\nb\u001b[2J\u202e' });
    expect(error.message).toBe('a broken invariant in a\\u{a}b\\u{1b}[2J\\u{202e}');
  });

  it('bounds the length of an identifier', () => {
    const error = createError('MAYFLY_INTERNAL_BUG', { where: 'x'.repeat(5000) });
    expect(error.message.length).toBeLessThan(400);
  });

  it('shows its cause in no rendering', () => {
    const cause = new Error('canary-value');
    const error = createError('MAYFLY_INTERNAL_BUG', { where: 'a test' }, { cause });
    const renderings = [
      inspect(error, { depth: 9 }),
      JSON.stringify(error),
      String(error),
      String(error.stack),
    ];
    for (const rendering of renderings) expect(rendering).not.toContain('canary-value');
    expect(error.hiddenCause).toBe(cause);
  });
});

it('has a code also for what nobody threw on purpose', () => {
  expect(codeOf(createError('MAYFLY_BROKER_TOKEN', {}))).toBe('MAYFLY_BROKER_TOKEN');
  expect(codeOf(new Error('secret'))).toBe('MAYFLY_INTERNAL_BUG');
});
