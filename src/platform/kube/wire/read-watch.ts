import type { IncomingMessage } from 'node:http';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeWatchEvent } from '#core/ports/kube/kube-api.ts';
import type { Clock } from '#core/ports/time.ts';
import { isRecord } from '#core/text/read-field.ts';
import { createLineSplitter } from '#platform/streams/line-splitter.ts';
import { brokenOf, failureOf } from './failures.ts';
import { parseJson, readObject, readVersion } from './read-answer.ts';

export interface WatchBounds {
  readonly what: string;
  readonly user: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The longest that a line may be. */
  readonly lineBytes: number;
  /** The longest that the server may be silent; it sends a bookmark about every minute. */
  readonly silenceMs: number;
  /** When the server has ended the watch at the latest. */
  readonly wholeMs: number;
}

const kinds = { ADDED: 'added', MODIFIED: 'modified', DELETED: 'deleted' } as const;

/**
 * The events of a watch until the server ends it in good order. The connection is closed at once when the signal is
 * aborted, when the reader stops, and when the server is silent for too long.
 */
export async function* readWatch(
  response: IncomingMessage,
  bounds: WatchBounds,
): AsyncGenerator<KubeWatchEvent> {
  const { what, clock, signal } = bounds;
  const lines = createLineSplitter({ what, limit: bounds.lineBytes });
  function abort(): void {
    response.destroy();
  }
  signal.addEventListener('abort', abort);
  const cancel = clock.after(bounds.wholeMs, () => response.destroy(silenceOf(what)));
  try {
    signal.throwIfAborted();
    for await (const chunk of withoutSilence(response, bounds)) {
      for (const line of lines.push(chunk)) yield readEvent(parseJson(line, what), bounds);
      chunk.fill(0);
    }
    if (lines.pending > 0) throw createError('MAYFLY_STREAM_BROKEN', { what });
  } catch (error) {
    signal.throwIfAborted();
    throw brokenOf(what, error);
  } finally {
    cancel();
    signal.removeEventListener('abort', abort);
    response.destroy();
  }
}

/** The chunks of a stream; destroys it when it does not go on in time. Time that the reader takes does not count. */
async function* withoutSilence(
  response: IncomingMessage,
  { what, clock, silenceMs }: WatchBounds,
): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = response[Symbol.asyncIterator]();
  for (;;) {
    const cancel = clock.after(silenceMs, () => response.destroy(silenceOf(what)));
    try {
      const next = await chunks.next();
      cancel();
      if (next.done === true) return;
      yield next.value;
    } finally {
      cancel();
    }
  }
}

function silenceOf(what: string): MayflyError {
  return createError('MAYFLY_KUBE_UNAVAILABLE', { what, reason: 'the watch fell silent' });
}

function readEvent(event: unknown, { what, user }: WatchBounds): KubeWatchEvent {
  if (!isRecord(event)) throw createError('MAYFLY_KUBE_ANSWER', { what, problem: 'no event' });
  const { type, object } = event;
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { kind: kinds[type], object: readObject(object, what) };
    case 'BOOKMARK':
      return { kind: 'bookmark', resourceVersion: readVersion(object, what) };
    case 'ERROR': {
      const code: unknown = isRecord(object) ? object['code'] : null;
      const status = typeof code === 'number' && code >= 400 ? code : 500;
      throw failureOf({ what, user }, { status, answer: object });
    }
    default:
      throw createError('MAYFLY_KUBE_ANSWER', { what, problem: 'an event of no known type' });
  }
}
