import type { Scrubber } from './scrub/scrubber.ts';

type Write = (chunk: Uint8Array | string, ...rest: unknown[]) => boolean;

/**
 * Puts the scrubber in front of everything this process writes to a stream from now on, whoever writes it. Returns
 * what undoes it. A secret that is spread over two writes is not found.
 */
export function scrubOutput(stream: { write: Write }, scrubber: Scrubber): () => void {
  const { write } = stream;
  function scrubbed(chunk: Uint8Array | string, ...rest: unknown[]): boolean {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    const clean = scrubber.scrub(text);
    return write.call(stream, clean === text ? chunk : clean, ...rest);
  }
  stream.write = scrubbed;
  return () => {
    stream.write = write;
  };
}
