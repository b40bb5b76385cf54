import type { IncomingMessage } from 'node:http';
import type { Instant } from '#core/ports/time.ts';
import type { Refusal } from './failures.ts';
import { readJson, type AnswerBounds } from './read-answer.ts';

const refusalBytes = 1024 * 1024;
const longestRetryAfterMs = 60_000;

/** What a refusal says; its status counts even where the rest cannot be read. Rejects when aborted. */
export async function readRefusal(
  response: IncomingMessage,
  bounds: Omit<AnswerBounds, 'limit'>,
): Promise<Refusal> {
  const head = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
  try {
    return { ...head, answer: await readJson(response, { ...bounds, limit: refusalBytes }) };
  } catch {
    bounds.signal.throwIfAborted();
    return { ...head, answer: null };
  }
}

/** How many milliseconds the server asks to wait: at most a minute. Undefined when it does not ask. */
export function parseRetryAfter(text: string | undefined, now: Instant): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{1,6}$/u.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestRetryAfterMs);
}
