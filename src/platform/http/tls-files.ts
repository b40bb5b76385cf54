import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Instant } from '#core/ports/time.ts';
import {
  followFiles,
  type FileFollower,
  type FollowedFiles,
} from '#platform/files/follow-files.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';

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

const maxPemBytes = 1024 * 1024;

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

/** Follows both files, see {@link followFiles}. A pair swapped between the two reads does not fit together yet. */
export async function followTlsFiles(
  paths: TlsPaths,
  follower: FileFollower<TlsPair>,
  signal: AbortSignal,
): Promise<void> {
  const files: FollowedFiles<TlsPair> = {
    read: (known) => readTlsPair(paths, known),
    isSame: (left, right) => left === right,
  };
  await followFiles(files, follower, signal);
}
