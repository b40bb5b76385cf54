import type { KeyRef } from '#core/api/ephemeral-secret.ts';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { KeyMaterial } from '#core/ports/decryptor.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { KeyReader } from '#core/ports/object-api.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { digestValues } from '#core/secret/value-digests.ts';

/** The decryption keys of an object that are there, and those that are not. */
export interface DecryptionKeys {
  /** Wiped by {@link wipeKeys}. */
  readonly materials: readonly KeyMaterial[];
  /** Why each of the others is not: it is not there, or it is refused. */
  readonly missing: readonly MayflyError[];
}

/** An object that refers to keys of its own namespace. */
export interface KeyHolder {
  readonly metadata: { readonly namespace: string };
  readonly keys: readonly KeyRef[];
}

/** Reads every key that is referred to. One that is missing or refused does not stop the others. */
export async function readDecryptionKeys(
  keys: KeyReader,
  { metadata: { namespace }, keys: refs }: KeyHolder,
): Promise<DecryptionKeys> {
  const materials: KeyMaterial[] = [];
  const missing: MayflyError[] = [];
  for (const ref of refs) {
    const found = await tryKeys(keys, namespace, ref).catch((error: unknown) => {
      wipeKeys({ materials });
      throw error;
    });
    if (isMayflyError(found)) {
      missing.push(found);
      continue;
    }
    for (const [key, bytes] of found) materials.push({ name: `${ref.name}/${key}`, bytes });
  }
  return { materials, missing };
}

/** Keyed digest of the keys: other keys are another origin. */
export function digestKeys(
  digest: Digest,
  { metadata: { namespace } }: KeyHolder,
  { materials }: DecryptionKeys,
): string {
  return materials
    .flatMap(({ name, bytes }) => {
      const [holder = '', key = ''] = name.split('/');
      const values = digestValues(digest, { namespace, name: holder }, new Map([[key, bytes]]));
      return Object.entries(values).flat();
    })
    .join(' ');
}

export function wipeKeys({ materials }: Pick<DecryptionKeys, 'materials'>): void {
  for (const { bytes } of materials) bytes.wipe();
}

type FoundKeys = ReadonlyMap<string, SecretBytes>;

/** A refusal is answered; what may pass is thrown. */
async function tryKeys(
  keys: KeyReader,
  namespace: string,
  ref: KeyRef,
): Promise<FoundKeys | MayflyError> {
  try {
    const found = await findKeys(keys, namespace, ref);
    return found ?? createError('MAYFLY_SYNC_KEY_MISSING', { reference: formatKeyRef(ref) });
  } catch (error) {
    if (isMayflyError(error) && error.retry === 'never') return error;
    throw error;
  }
}

async function findKeys(
  keys: KeyReader,
  namespace: string,
  { name, key }: KeyRef,
): Promise<FoundKeys | null> {
  if (key === null) return await keys.readKeys(namespace, name);
  const bytes = await keys.readKey(namespace, name, key);
  return bytes === null ? null : new Map([[key, bytes]]);
}

function formatKeyRef({ name, key }: KeyRef): string {
  return key === null ? name : `${name}/${key}`;
}
