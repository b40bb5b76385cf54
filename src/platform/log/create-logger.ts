import pino from 'pino';
import type { Clock } from '#core/ports/time.ts';
import type { LogFields, Logger } from './logger.ts';
import { renderError } from './render-error.ts';
import { renderText } from './render-text.ts';
import type { Scrubber } from './scrub/scrubber.ts';

/** Where lines go: standard error, a file, or memory in tests. */
export interface LogOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface LoggerParts {
  readonly output: LogOutput;
  readonly scrubber: Scrubber;
  readonly clock: Clock;
}

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly format: 'auto' | 'json' | 'text';
}

const longestText = 2048;

/** The fields that are written, in this order; anything else given is dropped. */
const fieldNames: readonly Exclude<keyof LogFields, 'error'>[] = [
  'controller',
  'namespace',
  'name',
  'reconcileID',
  'reason',
  'detail',
  'path',
  'revision',
  'address',
  'signal',
  'version',
  'durationMs',
  'count',
];

/**
 * A {@link Logger} of JSON lines (`level`, `time`, `msg` and the fields), or of readable lines on a terminal. Every
 * line goes through the scrubber, at the last step before it is written.
 */
export function createLogger(parts: LoggerParts, options: LoggerOptions): Logger {
  const { output, scrubber, clock } = parts;
  const isText = options.format === 'text' || (options.format === 'auto' && output.isTTY === true);
  const destination = {
    write: (line: string): void => {
      const scrubbed = scrubber.scrub(line);
      output.write(isText ? renderText(scrubbed) : scrubbed);
    },
  };
  const settings = {
    level: options.level,
    base: null,
    timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
    formatters: { level: (level: string) => ({ level }) },
  };
  const lines = pino(settings, destination);
  return {
    debug: (message, fields) => lines.debug(pickFields(fields), message),
    info: (message, fields) => lines.info(pickFields(fields), message),
    warn: (message, fields) => lines.warn(pickFields(fields), message),
    error: (message, fields) => lines.error(pickFields(fields), message),
  };
}

function pickFields(fields: LogFields = {}): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const name of fieldNames) {
    const value = fields[name];
    if (typeof value === 'string') picked[name] = value.slice(0, longestText);
    else if (typeof value === 'number') picked[name] = value;
  }
  if (fields.error !== undefined) picked['error'] = renderError(fields.error);
  return picked;
}
