import { isUtf8 } from 'node:buffer';
import { createError } from '#core/errors/mayfly-error.ts';
import { writeFileAtomically } from '#platform/files/write-file-atomically.ts';
import type { Terminal, TerminalOutput } from '../frame/terminal.ts';

export interface OutputOptions {
  /** A file; `-` is standard output, also when it is a terminal. */
  readonly output?: string | undefined;
  /** The permissions of the file; by default only its owner can read it. */
  readonly mode?: number;
}

/** Writes what a command made. Throws `invalid` instead of sending control characters to a terminal. */
export async function writeOutput(
  terminal: Terminal,
  bytes: Uint8Array,
  { output, mode = 0o600 }: OutputOptions,
): Promise<void> {
  if (output !== undefined && output !== '-') {
    await writeFileAtomically(output, bytes, { mode });
    return;
  }
  const isRisky = terminal.stdout.isTTY === true && output !== '-' && !isPlainText(bytes);
  if (isRisky) throw createError('MAYFLY_CLI_BINARY_TO_TERMINAL', {});
  await writeWhole(terminal.stdout, bytes);
}

/** Resolves when the bytes are written: the caller wipes them then. */
function writeWhole(stream: TerminalOutput, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** Text that no terminal takes for a command: UTF-8 without control characters but tab and line ends. */
function isPlainText(bytes: Uint8Array): boolean {
  return isUtf8(bytes) && bytes.every((byte, index) => !isControl(byte, bytes[index + 1] ?? 0));
}

function isControl(byte: number, next: number): boolean {
  const isC1 = byte === 0xc2 && next >= 0x80 && next < 0xa0;
  const isC0 = byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d;
  return isC0 || isC1 || byte === 0x7f;
}
