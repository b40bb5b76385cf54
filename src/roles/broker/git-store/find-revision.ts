import { formatRef, type ObjectRef } from '#core/api/object.ts';
import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { gatherSource, type ReadySource } from '../../sources/gather-source.ts';
import {
  readVerifiedAt,
  type AcceptedTree,
  type SourceCheck,
  type SourceParts,
  type SourceView,
} from '../../sources/source-parts.ts';
import type { GitStore, GitStoreParts } from './git-store-parts.ts';

/** What may be read of a Store just now. */
export interface Revision {
  readonly input: ReadySource;
  readonly tree: AcceptedTree;
}

const notSeen: SourceView = { check: { kind: 'unreachable', verifiedAt: null }, tree: null };

/**
 * The revision that the broker itself accepted and verified lately. The object and the policy are looked at anew: what
 * was allowed at the last look may not be any more. Throws why the source is refused, and `MAYFLY_STORE_UNAVAILABLE`
 * while nothing was verified, or not for longer than a source is believed.
 */
export async function findRevision(parts: GitStoreParts, store: GitStore): Promise<Revision> {
  const { sources } = parts;
  const input = await readSource(sources, store);
  const { check, tree } = sources.memory.sources.get(formatRef(input.source.metadata)) ?? notSeen;
  if (check.kind === 'refused') throw check.error;
  if (tree?.generation !== input.object.metadata.generation) {
    throw unavailable(store, 'its source was not looked at yet');
  }
  if (!isBelieved(parts, input, check)) {
    throw unavailable(store, 'its source has not verified for too long');
  }
  return { input, tree };
}

/** Of a source that is suspended, what was accepted last goes on. */
function isBelieved(
  { sources: { clock }, maxStaleMs }: GitStoreParts,
  { source }: ReadySource,
  check: SourceCheck,
): boolean {
  if (source.suspend) return true;
  const verifiedAt = readVerifiedAt(check);
  return verifiedAt !== null && clock.now() - verifiedAt <= maxStaleMs;
}

async function readSource(sources: SourceParts, store: GitStore): Promise<ReadySource> {
  const ref = sourceOf(store);
  const input = await gatherSource(sources, ref);
  switch (input.kind) {
    case 'ready':
      return input;
    case 'gone':
      throw createError('MAYFLY_SYNC_SOURCE_MISSING', { source: formatRef(ref) });
    case 'refused':
      throw input.errors[0] ?? createError('MAYFLY_INTERNAL_BUG', { where: 'a refused source' });
  }
}

/** The GitSource of a Store. */
export function sourceOf({ namespace, provider }: GitStore): ObjectRef {
  return { kind: 'GitSource', namespace, name: provider.sourceName };
}

function unavailable({ name }: GitStore, reason: string): MayflyError {
  return createError('MAYFLY_STORE_UNAVAILABLE', { store: name, reason });
}
