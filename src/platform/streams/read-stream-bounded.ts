import { addAbortSignal, type Readable } from 'node:stream';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';

export interface StreamBounds {
  /** How messages name the stream: `the answer of HOST`, `standard input`. */
  readonly what: string;
  /** In bytes. */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads a stream of bytes to its end. Destroys it and throws `MAYFLY_STREAM_TOO_LARGE` over the limit, the
 * reason of the signal when aborted (also while the stream stalls), and `MAYFLY_STREAM_BROKEN` when it fails.
 * The stream is used up: its chunks are wiped, only the bytes returned remain.
 */
export async function readStreamBounded(stream: Readable, bounds: StreamBounds): Promise<Buffer> {
  bounds.signal?.throwIfAborted();
  if (bounds.signal !== undefined) addAbortSignal(bounds.signal, stream);
  const chunks: Buffer[] = [];
  try {
    await collect(stream, bounds, chunks);
    return Buffer.concat(chunks);
  } catch (error) {
    bounds.signal?.throwIfAborted();
    if (isMayflyError(error)) throw error;
    throw createError('MAYFLY_STREAM_BROKEN', { what: bounds.what }, { cause: error });
  } finally {
    for (const chunk of chunks) chunk.fill(0);
    stream.destroy();
  }
}

async function collect(stream: Readable, bounds: StreamBounds, chunks: Buffer[]): Promise<void> {
  const { what, limit } = bounds;
  let total = 0;
  for await (const chunk of stream) {
    const bytes = toBuffer(chunk);
    chunks.push(bytes);
    total += bytes.length;
    if (total > limit) throw createError('MAYFLY_STREAM_TOO_LARGE', { what, limit });
  }
}

function toBuffer(chunk: unknown): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk, 'utf8');
  if (Buffer.isBuffer(chunk)) return chunk;
  if (ArrayBuffer.isView(chunk)) {
    return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
  throw createError('MAYFLY_INTERNAL_BUG', { where: 'a stream that is not of bytes' });
}
