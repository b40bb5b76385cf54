import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createLogger, type LoggerOptions } from '#platform/log/create-logger.ts';
import type { LogFields, Logger } from '#platform/log/logger.ts';
import { scrubOutput } from '#platform/log/scrub-output.ts';
import { createScrubber, type Scrubber } from '#platform/log/scrub/scrubber.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

let scrubber: Scrubber;
let written: string[];
beforeEach(() => {
  scrubber = createScrubber();
  written = [];
});
afterEach(() => scrubber.stop());

function create(options: Partial<LoggerOptions> = {}, isTTY = false): Logger {
  const output = { isTTY, write: (text: string) => written.push(text) };
  const parts = { output, scrubber, clock: createFakeClock() };
  return createLogger(parts, { level: 'info', format: 'auto', ...options });
}

function lastLine(): Record<string, unknown> {
  return JSON.parse(written.at(-1) ?? '') as Record<string, unknown>;
}

const fields: LogFields = { controller: 'git', namespace: 'n', name: 'a', count: 2 };

describe('log lines', () => {
  it('are JSON with level, time, message and fields', () => {
    create().info('reconciled', fields);
    expect(written).toEqual([
      '{"level":"info","time":"2026-01-01T00:00:00.000Z","controller":"git","namespace":"n","name":"a","count":2,"msg":"reconciled"}\n',
    ]);
  });

  it('are written from the chosen level on', () => {
    const logger = create({ level: 'warn' });
    logger.debug('no');
    logger.info('no');
    logger.warn('yes');
    logger.error('yes');
    expect(written).toHaveLength(2);
    create({ level: 'debug' }).debug('yes');
    expect(lastLine()).toMatchObject({ level: 'debug', msg: 'yes' });
  });

  it('hold only known fields, and these cut', () => {
    const given = { ...fields, password: 'hunter2', detail: 'x'.repeat(9999) };
    create().info('m', given);
    expect(lastLine()['password']).toBeUndefined();
    expect(lastLine()['detail']).toHaveLength(2048);
    create().info('m', { name: { toJSON: () => 'hunter2' } } as unknown as LogFields);
    expect(lastLine()['name']).toBeUndefined();
  });

  it('are readable on a terminal, without its control characters', () => {
    const detail = 'a "b" \u001b[31m\nc';
    create({}, true).warn('refused', { name: 'a', detail, count: 1 });
    expect(written).toEqual([
      '00:00:00 WARN  refused name=a detail="a \\"b\\" \\u{1b}[31m\\u{a}c" count=1\n',
    ]);
    create({ format: 'json' }, true).warn('refused');
    expect(lastLine()).toMatchObject({ msg: 'refused' });
    create({ format: 'text' }).error('failed', {
      error: createError('MAYFLY_STREAM_BROKEN', { what: 'x' }),
    });
    expect(written.at(-1)).toContain('error.code=MAYFLY_STREAM_BROKEN error.kind=unavailable');
  });

  it('go through the scrubber', () => {
    const secret = SecretBytes.copyOf(Buffer.from('hunter2"hunter2'));
    create().info('m', { detail: 'found hunter2"hunter2 there' });
    expect(lastLine()['detail']).toBe('found [secret] there');
    create({ format: 'text' }).info('m', { detail: 'found hunter2"hunter2 there' });
    expect(written.at(-1)).toBe('00:00:00 INFO  m detail="found [secret] there"\n');
    secret.wipe();
    const structure = SecretBytes.copyOf(Buffer.from('"msg":"m"}'));
    create({ format: 'text' }).info('m');
    expect(written.at(-1)).toContain('[secret]');
    structure.wipe();
  });
});

function logError(error: unknown): unknown {
  create().error('failed', { error });
  return lastLine()['error'];
}

describe('errors in log lines', () => {
  it('are told by code, kind, message and hint when they are ours', () => {
    const error = createError(
      'MAYFLY_STREAM_BROKEN',
      { what: 'x' },
      { cause: new Error('hunter2') },
    );
    expect(logError(error)).toEqual(error.toJSON());
  });

  it('are told by name and place alone when they are not', () => {
    const found = logError(new TypeError('hunter2\n    at hunter2 (hunter2:1:1)'));
    expect(found).toMatchObject({ code: 'bug', name: 'TypeError' });
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(JSON.stringify(found)).toMatch(/create-logger\.test\.ts:\d+:\d+/u);
  });

  it('are told with the place of the cause when they are bugs of ours', () => {
    const bug = createError(
      'MAYFLY_INTERNAL_BUG',
      { where: 'x' },
      { cause: new RangeError('hunter2') },
    );
    const found = logError(bug);
    expect(found).toMatchObject({ code: 'MAYFLY_INTERNAL_BUG', cause: { name: 'RangeError' } });
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it.each([
    ['hunter2', 'string'],
    [null, 'object'],
    [{ message: 'hunter2' }, 'object'],
  ])('tell nothing of a thrown %j', (thrown, name) => {
    expect(logError(thrown)).toEqual({ code: 'bug', name });
  });

  it('do not take a strange name for one', () => {
    const error = new Error('x');
    error.name = 'hunter2 hunter2';
    expect(logError(error)).toMatchObject({ name: 'Error' });
  });
});

describe('an output behind the scrubber', () => {
  it('hides secrets in texts and bytes until it is undone', () => {
    const chunks: unknown[] = [];
    const stream = {
      write: (chunk: Uint8Array | string, ...rest: unknown[]) => chunks.push(chunk, ...rest) > 0,
    };
    const undo = scrubOutput(stream, scrubber);
    const secret = SecretBytes.copyOf(Buffer.from('hunter2'));
    const harmless = Buffer.of(0xff, 0xfe);
    stream.write('a hunter2 b', 'utf8');
    stream.write(Buffer.from('c hunter2 d'));
    stream.write(harmless);
    undo();
    stream.write('hunter2');
    secret.wipe();
    expect(chunks).toEqual(['a [secret] b', 'utf8', 'c [secret] d', harmless, 'hunter2']);
  });
});
