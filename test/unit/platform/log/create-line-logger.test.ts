import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createLineLogger } from '#platform/log/create-line-logger.ts';
import { createLogger } from '#platform/log/create-logger.ts';
import type { Logger } from '#platform/log/logger.ts';
import { createScrubber } from '#platform/log/scrub/scrubber.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

interface Written {
  readonly lines: string[];
  readonly logger: Logger;
}

function open(create: 'line' | 'pino', level: 'debug' | 'info' | 'warn' | 'error'): Written {
  const lines: string[] = [];
  const output = { write: (text: string) => lines.push(text) };
  const parts = { output, scrubber: createScrubber(), clock: createFakeClock() };
  const logger =
    create === 'line'
      ? createLineLogger(parts, level)
      : createLogger(parts, { level, format: 'json' });
  return { lines, logger };
}

function parse({ lines }: Written): unknown[] {
  return lines.map((line): unknown => JSON.parse(line));
}

function writeAll(logger: Logger, bug: Error): void {
  logger.debug('one', { store: 'vault', count: 3 });
  logger.info('two');
  logger.warn('three', { path: 'p', error: createError('MAYFLY_STORE_SEALED', { store: 'a' }) });
  logger.error('four', { error: bug });
}

describe('createLineLogger', () => {
  it.each(['debug', 'info', 'warn', 'error'] as const)('writes at %s what pino writes', (level) => {
    const [ours, theirs] = [open('line', level), open('pino', level)];
    const bug = new Error('quoted');
    for (const { logger } of [ours, theirs]) writeAll(logger, bug);
    expect(parse(ours)).toEqual(parse(theirs));
    expect(ours.lines.join('')).not.toContain('quoted');
  });

  it('takes secrets out of its lines', () => {
    const { lines, logger } = open('line', 'info');
    const secret = SecretBytes.take(Buffer.from('correct horse'));
    logger.info('x', { path: 'a/correct horse/b' });
    expect(lines.join('')).toContain('a/[secret]/b');
    secret.wipe();
  });
});
