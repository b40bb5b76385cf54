import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Clock, Instant } from '#core/ports/time.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import { wait } from '#platform/time/wait.ts';

/** Where a certificate chain and its key are kept, PEM. */
export interface TlsPaths {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A certificate chain and its key that fit together. */
export interface TlsPair {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** When the first certificate of the chain ends. */
  readonly notAfter: Instant;
}

export interface TlsFollower {
  readonly clock: Clock;
  /** Called with each pair that differs from the one before. */
  onPair(pair: TlsPair): void;
  /** Called when the files cannot be used; the pair before stays in use. Told once for as long as it lasts. */
  onFault(error: unknown): void;
}

const maxPemBytes = 1024 * 1024;
const everyMs = 2000;

/**
 * Reads both files; files that have not changed are the known pair, without another check. Throws
 * `MAYFLY_HTTP_CERTIFICATE` when they do not belong together, and why one cannot be read.
 */
export async function readTlsPair(paths: TlsPaths, known: TlsPair | null = null): Promise<TlsPair> {
  const cert = await readFileBounded(paths.certFile, maxPemBytes);
  const key = await readFileBounded(paths.keyFile, maxPemBytes);
  if (known !== null && cert.equals(known.cert) && key.equals(known.key)) return known;
  try {
    createSecureContext({ cert, key });
    const { validToDate } = new X509Certificate(cert);
    return { cert, key, notAfter: validToDate.getTime() };
  } catch (cause) {
    const { certFile, keyFile } = paths;
    throw createError('MAYFLY_HTTP_CERTIFICATE', { certFile, keyFile }, { cause });
  }
}

/**
 * Looks at the files every other second until the signal ends it. Files are read and not watched: a mounted Secret is
 * swapped by a link above them, and one that is swapped between the two reads does not fit together yet.
 */
export async function followTlsFiles(
  paths: TlsPaths,
  follower: TlsFollower,
  signal: AbortSignal,
): Promise<void> {
  let known: TlsPair | null = null;
  let isFaulty = false;
  while (!signal.aborted) {
    try {
      const pair = await readTlsPair(paths, known);
      if (pair !== known) follower.onPair(pair);
      known = pair;
      isFaulty = false;
    } catch (error) {
      if (!isFaulty) follower.onFault(error);
      isFaulty = true;
    }
    await wait(follower.clock, everyMs, signal).catch(() => undefined);
  }
}
