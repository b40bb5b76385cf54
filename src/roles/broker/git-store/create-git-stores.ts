import type { DecryptedFile, Decryptor } from '#core/ports/decryptor.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { GitLimits, GitRepository } from '#core/ports/git/git-repository.ts';
import type { KeyReader, ObjectApi } from '#core/ports/object-api.ts';
import type { SecretStore } from '#core/ports/secret-store.ts';
import type { Clock, Random } from '#core/ports/time.ts';
import type { Logger } from '#platform/log/logger.ts';
import type { ReconcileMetrics } from '#platform/reconcile/reconcile-loop.ts';
import type { SourceParts } from '../../sources/source-parts.ts';
import type { TenancyParts } from '../../tenancy/tenancy-parts.ts';
import { createGitStore, type ReportDecryption } from './create-git-store.ts';
import { forgetAges, type FileAges } from './file-ages.ts';
import { followSources, type SourceFollowing } from './follow-sources.ts';
import type { GitStore, GitStoreParts } from './git-store-parts.ts';
import { listReadable, listStoresOf } from './git-stores-of.ts';
import { keepBlobs } from './kept-blobs.ts';
import type { RevisionRecords } from './revision-records.ts';
import { createSharedWork } from './shared-work.ts';

export interface GitStoresTools {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: ReconcileMetrics;
  readonly digest: Pick<Digest, 'sha256Hex'>;
  /** Of GitSources and Stores, and in a cluster of TenantPolicies. */
  readonly objects: Pick<ObjectApi, 'get' | 'list' | 'watch'>;
  /** Of the decryption keys, and of the credentials of sources. */
  readonly keys: KeyReader;
  /** Null without a cluster. */
  readonly tenancy: TenancyParts | null;
}

export interface GitStoresDeps extends GitStoresTools {
  readonly git: GitRepository;
  /** Asked in this order. */
  readonly decryptors: readonly Decryptor[];
  readonly records: RevisionRecords;
  readonly ages: FileAges;
}

export interface GitStoresOptions {
  /** For how long a source that does not answer is believed, in milliseconds. */
  readonly maxStaleMs: number;
  readonly limits: GitLimits;
}

/** The Stores of the kind git. */
export interface GitStores extends SourceFollowing {
  /** `report` is told of each file that is opened, before its values are answered. */
  open(store: GitStore, report: ReportDecryption): SecretStore;
}

/** Encrypted files in memory, of all sources together. */
const keptBytes = 32 * 1024 * 1024;
/** Files that are opened at once, and that wait for it: of all, and of one namespace. */
const workLimits = { most: 16, mostWaiting: 1_000, ofOne: { most: 4, mostWaiting: 250 } };

export function createGitStores(deps: GitStoresDeps, options: GitStoresOptions): GitStores {
  const { objects, decryptors, ages } = deps;
  const { maxStaleMs, limits } = options;
  const blobs = keepBlobs(deps.git, keptBytes);
  const records = forgetAges(deps.records, ages);
  const sources: SourceParts = {
    ...deps,
    records,
    git: blobs.git,
    memory: { sources: new Map(), policies: null },
    options: { git: limits },
    followers: {
      findDependents: async () => [],
      findWanted: async (source, files) => listReadable(await listStoresOf(objects, source), files),
      enqueue: () => undefined,
    },
  };
  const work = createSharedWork<DecryptedFile>(workLimits);
  const parts: GitStoreParts = { sources, blobs, decryptors, ages, work, maxStaleMs };
  return {
    ...followSources({ ...deps, records, sources }),
    open: (store, report) => createGitStore(parts, store, report),
  };
}
