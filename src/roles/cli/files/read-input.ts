import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import { readStreamBounded } from '#platform/streams/read-stream-bounded.ts';
import type { Terminal } from '../frame/terminal.ts';

const maxInputBytes = 5 * 1024 * 1024;

/** Reads the file that a person named, `-` for standard input, up to 5 MiB. */
export function readInput(terminal: Terminal, path: string): Promise<Buffer> {
  return path === '-'
    ? readStreamBounded(terminal.stdin, { what: 'standard input', limit: maxInputBytes })
    : readFileBounded(path, maxInputBytes);
}
