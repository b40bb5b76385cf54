import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { PlanStore } from '#core/injection/agent-plan.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { readErrno } from '#platform/files/system-error.ts';

const maxBytes = 64 * 1024;

/**
 * The token for a store as it is now: the kubelet writes a new one before the old one ends. It lies in memory, which
 * answers at once. Throws `MAYFLY_AGENT_TOKEN`. The caller wipes it.
 */
export function readToken({ name: store, tokenPath: path }: PlanStore): SecretBytes {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(file).isFile()) throw unreadable(store, path, 'no file');
      return readAll(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw isMayflyError(cause) ? cause : unreadable(store, path, readErrno(cause));
  }

  function readAll(file: number): SecretBytes {
    const buffer = new Uint8Array(maxBytes);
    const length = readSync(file, buffer);
    const token = SecretBytes.copyOf(buffer.subarray(0, length));
    buffer.fill(0);
    if (length > 0 && length < maxBytes) return token;
    token.wipe();
    throw unreadable(store, path, length === 0 ? 'it is empty' : 'it is too large');
  }
}

function unreadable(store: string, path: string, reason: string): Error {
  return createError('MAYFLY_AGENT_TOKEN', { store, path, reason });
}
