import { PassThrough } from 'node:stream';
import type { Terminal } from '#roles/cli/frame/terminal.ts';

export interface FakeTerminal extends Terminal {
  readonly stdin: PassThrough & { isTTY?: boolean };
  /** What was printed so far. */
  out(): Buffer;
  err(): string;
}

interface FakeOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Makes all three streams a terminal. */
  readonly isTTY?: boolean;
}

/** A {@link Terminal} that keeps what is printed. */
export function createFakeTerminal(
  args: readonly string[],
  { env = {}, input, isTTY = false }: FakeOptions = {},
): FakeTerminal {
  const [stdin, stdout, stderr] = [createStream(isTTY), createStream(isTTY), createStream(isTTY)];
  const printed: Buffer[] = [];
  const complained: Buffer[] = [];
  stdout.on('data', (chunk: Buffer) => printed.push(Buffer.from(chunk)));
  stderr.on('data', (chunk: Buffer) => complained.push(Buffer.from(chunk)));
  if (input !== undefined) stdin.end(input);
  return {
    args,
    env,
    stdin,
    stdout,
    stderr,
    out: () => Buffer.concat(printed),
    err: () => Buffer.concat(complained).toString(),
  };
}

function createStream(isTTY: boolean): PassThrough & { isTTY: boolean } {
  return Object.assign(new PassThrough({ highWaterMark: 1 << 24 }), { isTTY });
}
