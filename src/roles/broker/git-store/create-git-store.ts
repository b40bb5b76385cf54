import { formatRef } from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type {
  SecretStore,
  StoredSecret,
  StorePath,
  StoreSession,
} from '#core/ports/secret-store.ts';
import type { Instant } from '#core/ports/time.ts';
import { wipeTree, type SecretMap } from '#core/secret/secret-tree.ts';
import { checkStorePath } from '#core/store/check-store-path.ts';
import { findRevision, sourceOf } from './find-revision.ts';
import type { GitStore, GitStoreParts } from './git-store-parts.ts';
import { findFile, openFile, takeFields, type FileToOpen } from './open-file.ts';

/** One file that was opened for one reader. Never a value. */
export interface Decryption {
  /** `NAMESPACE/NAME`. */
  readonly store: string;
  /** The GitSource: `NAMESPACE/NAME`. */
  readonly source: string;
  /** In the repository. */
  readonly path: string;
  readonly commit: string;
  /** Git's id of the encrypted file. */
  readonly object: string;
  /** How many keys stand at the top of the file. */
  readonly keys: number;
}

/** Told before the reader gets the values, which it does not when this throws. */
export type ReportDecryption = (decryption: Decryption) => void;

/**
 * The files of a GitSource as a store: a path is that of a file below the Store's, its fields are what the file holds,
 * its version is the commit. Nobody logs in: any token will do, also an empty one. Whoever reads has to be allowed to.
 */
export function createGitStore(
  parts: GitStoreParts,
  store: GitStore,
  report: ReportDecryption,
): SecretStore {
  return {
    probe: async (signal) => {
      signal.throwIfAborted();
      await findRevision(parts, store);
    },
    login: async (_token, signal) => {
      signal.throwIfAborted();
      return openSession(parts, store, report);
    },
  };
}

function openSession(
  parts: GitStoreParts,
  store: GitStore,
  report: ReportDecryption,
): StoreSession {
  let isOpen = true;
  function checkOpen(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (!isOpen) throw createError('MAYFLY_STORE_LOGIN_ENDED', { store: store.name });
  }
  return {
    expiresAt: null,
    renewable: false,
    accessor: null,
    read: async (path, signal) => {
      checkStorePath(store.name, path.path);
      checkOpen(signal);
      return await readSecret(parts, { store, path, report }, signal);
    },
    renew: async () => {
      throw createError('MAYFLY_STORE_LOGIN_ENDED', { store: store.name });
    },
    renewLease: async () => {
      throw createError('MAYFLY_STORE_LEASE_ENDED', { store: store.name, path: 'a file' });
    },
    revoke: async (signal) => {
      checkOpen(signal);
      isOpen = false;
    },
  };
}

interface Reading {
  readonly store: GitStore;
  readonly path: StorePath;
  readonly report: ReportDecryption;
}

async function readSecret(
  parts: GitStoreParts,
  { store, path: { path, version, parameters }, report }: Reading,
  signal: AbortSignal,
): Promise<StoredSecret> {
  if (parameters !== undefined) {
    throw createError('MAYFLY_STORE_REFUSED', { store: store.name, path });
  }
  const revision = await findRevision(parts, store);
  const { commit } = revision.tree;
  if (version !== null && version !== commit) {
    throw createError('MAYFLY_STORE_NOT_FOUND', { store: store.name, path });
  }
  const file = findFile(store, revision, path);
  const { fields, modifiedAt } = await openShared(parts, { store, revision, file }, signal);
  try {
    await parts.ages.check({ revision, path: file.path, blob: file.blob, modifiedAt });
    report(describe({ store, revision, file }, fields));
  } catch (error) {
    wipeTree(fields);
    throw error;
  }
  return { fields, version: commit, lease: null, wipe: () => wipeTree(fields) };
}

interface OpenedFields {
  readonly fields: SecretMap;
  readonly modifiedAt: Instant;
}

async function openShared(
  parts: GitStoreParts,
  asked: FileToOpen,
  signal: AbortSignal,
): Promise<OpenedFields> {
  const { store, file } = asked;
  const work = {
    key: keyOf(asked),
    group: store.namespace,
    begin: async (ended: AbortSignal) => await openFile(parts, asked, ended),
    whenFull: () => createError('MAYFLY_STORE_THROTTLED', { store: store.name }),
  };
  return await parts.work.share(
    work,
    (opened) => ({ fields: takeFields(opened, file.path), modifiedAt: opened.lastModified }),
    signal,
  );
}

/** All that decides about the result. */
function keyOf({ store: { namespace, provider }, file }: FileToOpen): string {
  return JSON.stringify([namespace, provider.sourceName, provider.keys, file.path, file.blob]);
}

function describe({ store, revision, file }: FileToOpen, { entries }: SecretMap): Decryption {
  return {
    store: formatRef(store),
    source: formatRef(sourceOf(store)),
    path: file.path,
    commit: revision.tree.commit,
    object: file.blob,
    keys: entries.length,
  };
}
