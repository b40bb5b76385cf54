import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { DataKeyUnwrapper } from '#core/ports/data-key.ts';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { inDecryptionOrder } from '#core/sops/metadata/decryption-order.ts';
import type { KeyGroup, SopsKey, SopsMetadata } from '#core/sops/metadata/metadata.ts';
import { combineShares } from '#core/sops/shamir.ts';
import { digestKeys, slotOf, type DataKeyCache } from './data-key-cache.ts';

const dataKeyBytes = 32;

/** What opening wrapped keys needs, once per decryptor. */
export interface KeyDeps {
  readonly unwrappers: readonly DataKeyUnwrapper[];
  readonly cache: DataKeyCache;
}

export interface KeyRequest {
  readonly path: string;
  readonly metadata: Pick<SopsMetadata, 'keyGroups' | 'shamirThreshold'>;
  readonly keys: readonly KeyMaterial[];
  readonly signal: AbortSignal;
}

/**
 * Finds the data key of a file; the caller wipes it. In each group the copies for age are tried first, then PGP,
 * then the others as they stand. A damaged copy is passed over as long as another one opens.
 *
 * Throws `MAYFLY_SOPS_NO_KEY` or `MAYFLY_SOPS_KEY_GROUPS` when the given keys open too little, what an unwrapper
 * threw when nothing else opened, and `MAYFLY_SOPS_DATA_KEY` for a key of a wrong shape.
 */
export async function findDataKey(deps: KeyDeps, request: KeyRequest): Promise<SecretBytes> {
  const search = new KeySearch(deps, request);
  const { keyGroups } = request.metadata;
  const parts: SecretBytes[] = [];
  try {
    for (const group of keyGroups) {
      const part = await search.open(group);
      if (part !== null) parts.push(part);
    }
    return keyGroups.length > 1 ? combine(parts, request, search) : single(parts, request, search);
  } catch (error) {
    for (const part of parts) part.wipe();
    throw error;
  }
}

function single(
  parts: readonly SecretBytes[],
  request: KeyRequest,
  search: KeySearch,
): SecretBytes {
  const [key] = parts;
  if (key === undefined) throw search.failure ?? noKey(request);
  if (key.size !== dataKeyBytes) throw createError('MAYFLY_SOPS_DATA_KEY', { path: request.path });
  return key;
}

function combine(
  parts: readonly SecretBytes[],
  request: KeyRequest,
  search: KeySearch,
): SecretBytes {
  const { keyGroups, shamirThreshold } = request.metadata;
  const needed = shamirThreshold === 0 ? keyGroups.length : Math.max(2, shamirThreshold);
  if (parts.length < needed) {
    const { path } = request;
    throw (
      search.failure ??
      createError('MAYFLY_SOPS_KEY_GROUPS', { path, opened: parts.length, needed })
    );
  }
  const key = combineShares(parts.map((part) => part.expose()));
  for (const part of parts) part.wipe();
  if (key?.length !== dataKeyBytes)
    throw createError('MAYFLY_SOPS_DATA_KEY', { path: request.path });
  return SecretBytes.take(key);
}

const shownRecipients = 5;

function noKey(request: KeyRequest): Error {
  const all = request.metadata.keyGroups.flat().map(({ recipient }) => recipient);
  const more = all.length > shownRecipients ? `, and ${all.length - shownRecipients} more` : '';
  const recipients = all.slice(0, shownRecipients).join(', ') + more;
  return createError('MAYFLY_SOPS_NO_KEY', { path: request.path, recipients });
}

class KeySearch {
  readonly #deps: KeyDeps;
  readonly #request: KeyRequest;
  readonly #keysDigest: string;
  /** The first copy that could not be tried to the end; told when nothing else opened. */
  failure: Error | null = null;

  constructor(deps: KeyDeps, request: KeyRequest) {
    this.#deps = deps;
    this.#request = request;
    this.#keysDigest = digestKeys(request.keys);
  }

  async open(group: KeyGroup): Promise<SecretBytes | null> {
    for (const copy of inDecryptionOrder(group)) {
      this.#request.signal.throwIfAborted();
      const key = await this.#tryCopy(copy);
      if (key !== null) return key;
    }
    return null;
  }

  async #tryCopy(copy: SopsKey): Promise<SecretBytes | null> {
    const unwrapper = this.#deps.unwrappers.find(({ kind }) => kind === copy.kind);
    if (unwrapper === undefined) return null;
    const slot = slotOf(copy, this.#keysDigest);
    const cached = this.#deps.cache.get(slot);
    if (cached !== null) return cached;
    try {
      const key = await unwrapper.unwrap(copy, this.#request.keys, this.#request.signal);
      if (key !== null) this.#deps.cache.put(slot, key);
      return key;
    } catch (error) {
      if (!isMayflyError(error) || !isPassedOver(error.kind)) throw error;
      this.failure ??= error;
      return null;
    }
  }
}

function isPassedOver(kind: string): boolean {
  return kind === 'corrupt' || kind === 'unavailable';
}
