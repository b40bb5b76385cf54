import { createError } from '#core/errors/mayfly-error.ts';
import type { DataKeyUnwrapper, WrappedKey } from '#core/ports/data-key.ts';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { isHeaderAuthentic, openPayload, parseAgeFile, type AgeFile } from './format/age-file.ts';
import { parseArmor } from './format/armor.ts';
import { createIdentityCache, type ReadIdentities } from './identity/identity-cache.ts';

const maxWrappedLength = 128 * 1024;
const fileKeyBytes = 16;

/** Unwraps data keys that were wrapped for age and ssh recipients; parsed identities are kept. */
export function createAgeUnwrapper(): DataKeyUnwrapper {
  const read = createIdentityCache();
  return {
    kind: 'age',
    async unwrap(wrapped, keys, signal) {
      const file = parseWrapped(wrapped);
      const fileKey = await findFileKey({ wrapped, file, read, signal }, keys);
      if (fileKey === null) return null;
      try {
        return openWith(fileKey, file, wrapped);
      } finally {
        fileKey.fill(0);
      }
    },
  };
}

function parseWrapped(wrapped: WrappedKey): AgeFile {
  const bytes = wrapped.wrapped.length > maxWrappedLength ? null : parseArmor(wrapped.wrapped);
  const file = bytes && parseAgeFile(bytes);
  if (file === null) throw createError('MAYFLY_AGE_KEY_MALFORMED', wrapped);
  return file;
}

interface Search {
  readonly wrapped: WrappedKey;
  readonly file: AgeFile;
  readonly read: ReadIdentities;
  readonly signal: AbortSignal;
}

async function findFileKey(
  search: Search,
  keys: readonly KeyMaterial[],
): Promise<Uint8Array | null> {
  for (const key of keys) {
    for (const identity of await search.read(key)) {
      search.signal.throwIfAborted();
      const opened = await identity.open(search.file);
      if (opened === 'malformed') throw createError('MAYFLY_AGE_KEY_MALFORMED', search.wrapped);
      if (opened !== 'not-mine') return opened;
    }
  }
  return null;
}

function openWith(fileKey: Uint8Array, file: AgeFile, wrapped: WrappedKey): SecretBytes {
  const isAuthentic = fileKey.length === fileKeyBytes && isHeaderAuthentic(file, fileKey);
  const payload = isAuthentic ? openPayload(file, fileKey) : null;
  if (payload === null) throw createError('MAYFLY_AGE_KEY_TAMPERED', wrapped);
  return SecretBytes.take(payload);
}
