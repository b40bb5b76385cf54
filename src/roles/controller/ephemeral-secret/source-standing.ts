import type { EphemeralSecret } from '#core/api/ephemeral-secret.ts';
import type { GitSource } from '#core/api/git-source.ts';
import type { ErrorCode } from '#core/errors/catalogue.ts';
import type { LeaseEvent } from '#core/lease/decide-lease.ts';
import type { Instant } from '#core/ports/time.ts';
import type { AcceptedTree, SourceCheck } from '../../sources/source-parts.ts';
import type { ControllerMemory } from '../controller-memory.ts';

/** How the source of an EphemeralSecret stands just now. */
export interface SourceStanding {
  readonly event: LeaseEvent;
  /** Why it is refused; null when it is not. */
  readonly refusal: ErrorCode | null;
  readonly tree: AcceptedTree | null;
}

/** A source that was not asked for longer than this many of its intervals has not verified just now. */
const staleIntervals = 2;

export interface StandingQuestion {
  readonly spec: EphemeralSecret;
  readonly source: GitSource | null;
  readonly now: Instant;
}

/** What the memory of the last look at the source says at this moment. */
export function readStanding(
  memory: ControllerMemory,
  { spec, source, now }: StandingQuestion,
): SourceStanding {
  const view = memory.sources.get(`${spec.metadata.namespace}/${spec.sourceName}`) ?? null;
  const tree = view === null ? null : view.tree;
  if (view?.check.kind === 'refused') {
    return { event: { kind: 'refused' }, refusal: view.check.error.code, tree };
  }
  if (source === null) {
    return { event: { kind: 'refused' }, refusal: 'MAYFLY_SYNC_SOURCE_MISSING', tree };
  }
  return { event: toEvent(view?.check ?? null, source, now), refusal: null, tree };
}

/** A source that was not asked for too long has not verified just now: the program slept, or its turn is late. */
function toEvent(
  check: Exclude<SourceCheck, { readonly kind: 'refused' }> | null,
  source: GitSource,
  now: Instant,
): LeaseEvent {
  if (check?.kind !== 'verified') return check ?? { kind: 'unknown' };
  const staleMs = staleIntervals * source.intervalMs + source.timeoutMs;
  return now - check.at > staleMs ? { kind: 'unknown' } : check;
}
