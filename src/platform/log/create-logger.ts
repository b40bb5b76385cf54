import pino from 'pino';
import type { Clock } from '#core/ports/time.ts';
import type { Logger } from './logger.ts';
import { pickFields } from './pick-fields.ts';
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
