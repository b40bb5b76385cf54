import type { LoggerOptions, LoggerParts } from './create-logger.ts';
import type { LogFields, Logger } from './logger.ts';
import { pickFields } from './pick-fields.ts';

const levels = ['debug', 'info', 'warn', 'error'] as const;

/**
 * The JSON lines of `createLogger`, for a program that must stay small: it does without pino, which takes a sixth of
 * the agent's memory.
 */
export function createLineLogger(parts: LoggerParts, level: LoggerOptions['level']): Logger {
  const { output, scrubber, clock } = parts;
  const least = levels.indexOf(level);

  function write(level: (typeof levels)[number], msg: string, fields?: LogFields): void {
    if (levels.indexOf(level) < least) return;
    const time = new Date(clock.now()).toISOString();
    const line = JSON.stringify({ level, time, ...pickFields(fields), msg });
    output.write(`${scrubber.scrub(line)}\n`);
  }

  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}
