import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { namespaceResource, renderSecretTarget, tokenTypes } from '#core/api/kube-resources.ts';
import { isObjectName } from '#core/api/names.ts';
import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeObject } from '#core/ports/kube/kube-api.ts';
import type {
  SecretStore,
  StoredSecret,
  StorePath,
  StoreSession,
} from '#core/ports/secret-store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretEntry, type SecretMap } from '#core/secret/secret-tree.ts';
import { checkStorePath } from '#core/store/check-store-path.ts';
import { decodeBase64 } from '#platform/crypto/decode-base64.ts';

export interface KubeStoreOptions {
  /** As messages name it. */
  readonly store: string;
  /** Whose Secrets it holds. */
  readonly namespace: string;
  /** The API as whoever has this token; of nobody else. */
  openApi(token: SecretBytes): KubeApi;
}

/** The Secrets of one namespace as a store: a path is the name of a Secret. The rights are those of who logs in. */
export function createKubeStore(options: KubeStoreOptions): SecretStore {
  return {
    // Whoever asks lives off the same API server.
    probe: async (signal) => signal.throwIfAborted(),
    login: async (token, signal) => {
      signal.throwIfAborted();
      const own = token.copy();
      const api = options.openApi(own);
      try {
        await proveToken(options, api, signal);
      } catch (error) {
        own.wipe();
        throw error;
      }
      return openSession(options, api, own);
    },
  };
}

/** Any call does: who may not make it is known all the same. */
async function proveToken(
  { store, namespace }: KubeStoreOptions,
  api: KubeApi,
  signal: AbortSignal,
): Promise<void> {
  try {
    await api.get({ resource: namespaceResource, name: namespace }, { signal, metadataOnly: true });
  } catch (error) {
    if (isCode(error, 'MAYFLY_KUBE_FORBIDDEN')) return;
    if (!isCode(error, 'MAYFLY_KUBE_UNAUTHENTICATED')) throw error;
    throw createError('MAYFLY_STORE_LOGIN_DENIED', { store, role: 'the service account' });
  }
}

function openSession(options: KubeStoreOptions, api: KubeApi, token: SecretBytes): StoreSession {
  const { store } = options;
  function checkOpen(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (token.isWiped) throw createError('MAYFLY_STORE_LOGIN_ENDED', { store });
  }
  return {
    expiresAt: null,
    renewable: false,
    accessor: null,
    read: async (path, signal) => {
      checkStorePath(store, path.path);
      checkOpen(signal);
      return await readSecret(options, { api, path }, signal);
    },
    renew: async () => {
      throw createError('MAYFLY_STORE_LOGIN_ENDED', { store });
    },
    renewLease: async () => {
      throw createError('MAYFLY_STORE_LEASE_ENDED', { store, path: 'a Secret' });
    },
    revoke: async (signal) => {
      checkOpen(signal);
      token.wipe();
    },
  };
}

interface Reading {
  readonly api: KubeApi;
  readonly path: StorePath;
}

async function readSecret(
  { store, namespace }: KubeStoreOptions,
  { api, path: { path, version, parameters } }: Reading,
  signal: AbortSignal,
): Promise<StoredSecret> {
  if (version !== null) throw createError('MAYFLY_STORE_VERSION_UNKNOWN', { store, path });
  if (parameters !== undefined || !isObjectName(path)) {
    throw createError('MAYFLY_STORE_REFUSED', { store, path });
  }
  const target = renderSecretTarget({ namespace, name: path });
  const secret = await denyByName({ store, path }, async () => await api.get(target, { signal }));
  if (secret === null) throw createError('MAYFLY_STORE_NOT_FOUND', { store, path });
  if (tokenTypes.has(secret['type'])) throw createError('MAYFLY_STORE_DENIED', { store, path });
  const fields = readFields(secret);
  return { fields, version: null, lease: null, wipe: () => wipeTree(fields) };
}

async function denyByName<T>(
  params: { readonly store: string; readonly path: string },
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const isDenied =
      isCode(error, 'MAYFLY_KUBE_FORBIDDEN') || isCode(error, 'MAYFLY_KUBE_UNAUTHENTICATED');
    throw isDenied ? createError('MAYFLY_STORE_DENIED', params) : error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return isMayflyError(error) && error.code === code;
}

const contentSchema = Type.Record(Type.String(), Type.String());

function readFields(secret: KubeObject): SecretMap {
  const content = secret['data'];
  const texts = Check(contentSchema, content) ? content : {};
  const entries = Object.entries(texts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, text]): SecretEntry => {
      const bytes = SecretBytes.take(decodeBase64(text));
      return { kind: 'entry', key, value: { kind: 'value', type: 'str', bytes } };
    });
  return { kind: 'map', entries };
}
