import { request, type IncomingMessage } from 'node:http';
import { createError } from '#core/errors/mayfly-error.ts';
import { readConfiguration } from '#platform/config/read-configuration.ts';
import { readStreamBounded } from '#platform/streams/read-stream-bounded.ts';

const timeoutMs = 10_000;
const maxAnswerBytes = 64 * 1024 * 1024;

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object;
}

/** The socket of the running program, as the configuration names it. Throws what is wrong with the configuration. */
export async function findSocket(
  config: string | undefined,
  flags: readonly string[],
): Promise<string> {
  const parsed = await readConfiguration({
    ...(config === undefined ? {} : { file: config }),
    flags,
  });
  if (parsed.kind === 'valid') return parsed.value.status.socket;
  throw parsed.errors[0] ?? createError('MAYFLY_INTERNAL_BUG', { where: 'the configuration' });
}

/** Asks a running `mayfly standalone`. Throws `MAYFLY_STATUS_NOT_RUNNING` when nobody answers, or not in time. */
export async function askRunning(socket: string, question: Question): Promise<unknown> {
  try {
    const response = await send(socket, question);
    const bytes = await readStreamBounded(response, { what: 'the answer', limit: maxAnswerBytes });
    if (response.statusCode === 200) return JSON.parse(bytes.toString('utf8'));
    throw createError('MAYFLY_STATUS_NOT_RUNNING', { path: socket });
  } catch (cause) {
    throw createError('MAYFLY_STATUS_NOT_RUNNING', { path: socket }, { cause });
  }
}

async function send(socket: string, { method, path, body }: Question): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const asked = request({ socketPath: socket, method, path, headers, signal }, resolve);
    asked.once('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
