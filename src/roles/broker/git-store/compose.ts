import { join } from 'node:path';
import type { Digest } from '#core/ports/digest.ts';
import type { KeyReader, ObjectApi } from '#core/ports/object-api.ts';
import type { SecretStore } from '#core/ports/secret-store.ts';
import type { Clock, Random } from '#core/ports/time.ts';
import type { Configuration } from '#platform/config/schema.ts';
import type { Logger } from '#platform/log/logger.ts';
import type { ReconcileMetrics } from '#platform/reconcile/reconcile-loop.ts';
import { openSources } from '../../sources/compose.ts';
import type { SourceParts } from '../../sources/source-parts.ts';
import type { TenancyParts } from '../../tenancy/tenancy-parts.ts';
import { createGitStore, type ReportDecryption } from './create-git-store.ts';
import { followSources, type SourceFollowing } from './follow-sources.ts';
import type { GitStore, GitStoreParts } from './git-store-parts.ts';
import { listReadable, listStoresOf } from './git-stores-of.ts';
import { keepBlobs } from './kept-blobs.ts';
import { openRevisionRecords } from './revision-records.ts';
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

export interface GitStoresOptions {
  /** For how long a source that does not answer is believed, in milliseconds. */
  readonly maxStaleMs: number;
}

/** The Stores of the kind git. */
export interface GitStores extends SourceFollowing {
  /** `report` is told of each file that is opened, before its values are answered. */
  open(store: GitStore, report: ReportDecryption): SecretStore;
}

const keptBytes = 32 * 1024 * 1024;
const workLimits = { most: 8, mostWaiting: 1_000 };

/** Opens what the Stores of the kind git need, in a folder of their own below the state folder. */
export async function openGitStores(
  configuration: Configuration,
  tools: GitStoresTools,
  { maxStaleMs }: GitStoresOptions,
): Promise<GitStores> {
  const { clock, objects, logger } = tools;
  const stateDir = join(configuration.stateDir, 'git-stores');
  const { git, decryptors } = await openSources({ ...configuration, stateDir }, { clock });
  const blobs = keepBlobs(git, keptBytes);
  const records = await openRevisionRecords({
    clock,
    folder: join(stateDir, 'revisions'),
    lagMs: maxStaleMs / 24,
    onFault: (error) => logger.warn('what was accepted of a source cannot be read', { error }),
  });
  const sources: SourceParts = {
    ...tools,
    git: blobs.git,
    records,
    memory: { sources: new Map(), policies: null, views: new WeakMap() },
    options: { git: configuration.git.limits },
    followers: {
      findDependents: async () => [],
      findWanted: async (source, files) => listReadable(await listStoresOf(objects, source), files),
      enqueue: () => undefined,
    },
  };
  const parts: GitStoreParts = {
    sources,
    blobs,
    decryptors,
    work: createSharedWork(workLimits),
    maxStaleMs,
  };
  return {
    ...followSources({ ...tools, sources, records }),
    open: (store, report) => createGitStore(parts, store, report),
  };
}
