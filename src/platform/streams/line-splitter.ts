import { createError } from '#core/errors/mayfly-error.ts';

export interface LineSplitter {
  /** The lines that are complete with this chunk, without their line feeds. The caller wipes them. */
  push(chunk: Buffer): readonly Buffer[];
  /** How many bytes of a line that is not complete are kept. */
  readonly pending: number;
}

const lineFeed = 10;

/** Cuts bytes into lines, wherever they were cut on their way. Throws `MAYFLY_STREAM_TOO_LARGE` for a line over `limit`. */
export function createLineSplitter(bounds: {
  readonly what: string;
  readonly limit: number;
}): LineSplitter {
  const { what, limit } = bounds;
  let parts: Buffer[] = [];
  let size = 0;

  function keep(part: Buffer): void {
    size += part.length;
    if (size > limit) throw createError('MAYFLY_STREAM_TOO_LARGE', { what, limit });
    if (part.length > 0) parts.push(Buffer.from(part));
  }

  function takeLine(): Buffer {
    const line = Buffer.concat(parts);
    for (const part of parts) part.fill(0);
    parts = [];
    size = 0;
    return line;
  }

  function push(chunk: Buffer): readonly Buffer[] {
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      keep(chunk.subarray(start, end));
      lines.push(takeLine());
      start = end + 1;
    }
    keep(chunk.subarray(start));
    return lines;
  }

  return {
    push,
    get pending() {
      return size;
    },
  };
}
