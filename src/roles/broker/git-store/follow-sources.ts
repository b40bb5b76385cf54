import { formatRef, type ObjectRef } from '#core/api/object.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';
import type { Instant, Random } from '#core/ports/time.ts';
import type { Logger } from '#platform/log/logger.ts';
import {
  createReconcileLoop,
  type ReconcileLoop,
  type ReconcileMetrics,
} from '#platform/reconcile/reconcile-loop.ts';
import type { Reconcile } from '#platform/reconcile/run-attempt.ts';
import { createSourceReconciler } from '../../sources/create-source-reconciler.ts';
import { publishView } from '../../sources/publish-view.ts';
import type { SourceParts } from '../../sources/source-parts.ts';
import { sourceOf } from './find-revision.ts';
import { listGitStores, listStoresOf } from './git-stores-of.ts';
import type { RevisionRecords } from './revision-records.ts';

export interface FollowParts {
  readonly objects: Pick<ObjectApi, 'list' | 'watch'>;
  readonly sources: SourceParts;
  readonly records: RevisionRecords;
  readonly logger: Logger;
  readonly random: Random;
  readonly metrics: ReconcileMetrics;
}

/** What keeps the revisions of sources up to date. */
export interface SourceFollowing {
  /** What is known of the objects has to be complete. Resolves once the sources are asked for. */
  start(): Promise<void>;
  stop(deadline: AbortSignal): Promise<void>;
  /**
   * Whether every source that a Store named at the start was looked at once, whatever came of it, or had a minute for
   * that: one whose host does not come to an end is not waited for.
   */
  isReady(): boolean;
}

const minute = 60_000;
const longestStartMs = minute;
const loopOptions = {
  controller: 'git-store',
  kind: 'GitSource',
  /** Above the longest time-out that a GitSource may ask for. */
  timeoutMs: 15 * minute,
  resyncMs: 10 * minute,
  concurrency: 8,
  /** A host of one tenant that answers slowly holds up the sources of that tenant. */
  share: 2,
} as const;

/** Follows the GitSources that some Store reads from, and no others. Nothing is written to the cluster. */
export function followSources(parts: FollowParts): SourceFollowing {
  const stopping = new AbortController();
  const awaited = new Set<string>();
  const loop = createLoop(parts, (ref) => awaited.delete(formatRef(ref)));
  let running: Promise<unknown> = Promise.resolve();
  const { clock } = parts.sources;
  let startedAt: Instant | null = null;

  /** What a Store, a policy or a namespace says concerns whichever source: few of them change. */
  async function lookAtAll(): Promise<readonly ObjectRef[]> {
    const named = (await listGitStores(parts.objects)).map(sourceOf);
    for (const ref of [...listKnown(parts), ...named]) loop.add(ref);
    return named;
  }

  function lookAgain(): void {
    lookAtAll().catch((error: unknown) => {
      parts.logger.warn('the sources of changed stores are looked at later', { error });
    });
  }

  return {
    start: async () => {
      for (const ref of await lookAtAll()) awaited.add(formatRef(ref));
      startedAt = clock.now();
      loop.start();
      const looks = { lookAt: (ref: ObjectRef) => loop.add(ref), lookAgain };
      running = Promise.all(watchAll(parts, looks, stopping.signal));
    },
    stop: async (deadline) => {
      stopping.abort();
      await loop.stop(deadline);
      await running;
    },
    isReady: () =>
      startedAt !== null && (awaited.size === 0 || clock.now() - startedAt >= longestStartMs),
  };
}

/** Also those that nothing names any more: what is left of them is cleared away. */
function listKnown({ records, sources }: FollowParts): readonly ObjectRef[] {
  return [...records.list(), ...[...sources.memory.sources.keys()].map(parseKey)];
}

function createLoop(parts: FollowParts, onLooked: (ref: ObjectRef) => void): ReconcileLoop {
  const reconcile = createUsedReconciler(parts);
  const { clock } = parts.sources;
  return createReconcileLoop(
    { ...parts, clock, recordEvent: sayNothing, report: sayNothing },
    {
      ...loopOptions,
      reconcile: async (ref, context) => {
        try {
          return await reconcile(ref, context);
        } finally {
          onLooked(ref);
        }
      },
    },
  );
}

/** Conditions and events of a GitSource are the controller's to write. */
async function sayNothing(): Promise<void> {}

interface Looks {
  lookAt(ref: ObjectRef): void;
  lookAgain(): void;
}

function watchAll(
  { objects, sources: { tenancy } }: FollowParts,
  looks: Looks,
  signal: AbortSignal,
): readonly Promise<void>[] {
  const watches = [
    objects.watch('GitSource', (ref) => looks.lookAt(ref), signal),
    objects.watch('Store', () => looks.lookAgain(), signal),
  ];
  if (tenancy === null) return watches;
  return [
    ...watches,
    objects.watch('TenantPolicy', () => looks.lookAgain(), signal),
    tenancy.namespaces.watch(() => looks.lookAgain(), signal),
  ];
}

/** One that no Store reads from is let go; what was accepted of it is remembered as long as it exists. */
function createUsedReconciler({ objects, sources }: FollowParts): Reconcile {
  const reconcile = createSourceReconciler(sources);
  return async (ref, context) => {
    const isUsed = (await listStoresOf(objects, ref)).length > 0;
    const isThere = (await sources.objects.get(ref)) !== null;
    if (isUsed || !isThere) return await reconcile(ref, context);
    const key = formatRef(ref);
    if (sources.memory.sources.has(key)) {
      await publishView(sources, ref, null);
      await sources.git.forget(key);
    }
    return { kind: 'gone' };
  };
}

function parseKey(key: string): ObjectRef {
  const [namespace = '', name = ''] = key.split('/');
  return { kind: 'GitSource', namespace, name };
}
