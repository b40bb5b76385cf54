import { createError } from '#core/errors/mayfly-error.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { Terminal } from '../frame/terminal.ts';

const maxBytes = 1024;
const enter = new Set([0x0a, 0x0d]);
const cancel = new Set([0x03, 0x04]);
const erase = new Set([0x08, 0x7f]);

/**
 * Asks a person for the passphrase of a file without showing it. Throws `invalid` when standard input is no terminal
 * or the person cancels (Ctrl-C, Ctrl-D).
 */
export async function askPassphrase(terminal: Terminal, file: string): Promise<SecretBytes> {
  const { stdin, stderr } = terminal;
  if (stdin.isTTY !== true) throw createError('MAYFLY_CLI_NO_TERMINAL', { file });
  stderr.write(`Passphrase of ${file}: `);
  stdin.setRawMode?.(true);
  try {
    const typed = await readLine(terminal);
    if (typed === null) throw createError('MAYFLY_CLI_PASSPHRASE_CANCELLED', { file });
    return typed;
  } finally {
    stdin.setRawMode?.(false);
    stderr.write('\n');
  }
}

/** What is typed up to Enter; null when it is cancelled. */
async function readLine({ stdin }: Terminal): Promise<SecretBytes | null> {
  const typed = Buffer.alloc(maxBytes);
  let length = 0;
  for await (const chunk of stdin.iterator({ destroyOnReturn: false })) {
    for (const byte of Buffer.from(chunk)) {
      if (cancel.has(byte)) return null;
      if (enter.has(byte)) return SecretBytes.take(typed.subarray(0, length));
      length = erase.has(byte) ? Math.max(0, length - 1) : append(typed, length, byte);
    }
  }
  return null;
}

function append(typed: Buffer, length: number, byte: number): number {
  if (length === maxBytes) return length;
  typed[length] = byte;
  return length + 1;
}
