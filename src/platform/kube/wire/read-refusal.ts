import type { IncomingMessage } from 'node:http';
import type { Refusal } from './failures.ts';
import { readJson, type AnswerBounds } from './read-answer.ts';

const refusalBytes = 1024 * 1024;

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
