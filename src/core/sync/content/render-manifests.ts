import { createError } from '../../errors/mayfly-error.ts';
import type { DecryptedFile } from '../../ports/decryptor.ts';
import type { DesiredSecret } from '../../ports/secret-sink.ts';
import { checkSize } from './check-size.ts';
import { readManifest } from './read-manifest.ts';

/**
 * The Secrets of one decrypted file of manifests: every document is one, empty documents are skipped. Either all or
 * none; the caller wipes their values. Throws as {@link readManifest}, `MAYFLY_SYNC_NAME_DUPLICATE`,
 * `MAYFLY_SYNC_TOO_LARGE` and `MAYFLY_SYNC_EMPTY`.
 */
export function renderManifests(
  file: DecryptedFile,
  path: string,
  namespace: string,
): readonly DesiredSecret[] {
  const secrets: DesiredSecret[] = [];
  try {
    for (const [index, document] of file.documents.entries()) {
      if (document.kind === 'null') continue;
      const secret = readManifest(document, { path, document: index + 1, namespace });
      secrets.push(secret);
      checkSize(secret, path);
    }
    refuseTwins(secrets, path);
  } catch (error) {
    for (const secret of secrets) wipeSecret(secret);
    throw error;
  }
  if (secrets.length === 0) throw createError('MAYFLY_SYNC_EMPTY', { path });
  return secrets;
}

/** Wipes the values of a Secret that was written or given up. */
export function wipeSecret(secret: DesiredSecret): void {
  for (const value of secret.values.values()) value.wipe();
}

function refuseTwins(secrets: readonly DesiredSecret[], path: string): void {
  const seen = new Set<string>();
  for (const { name } of secrets) {
    if (seen.has(name))
      throw createError('MAYFLY_SYNC_NAME_DUPLICATE', { path, name, other: path });
    seen.add(name);
  }
}
