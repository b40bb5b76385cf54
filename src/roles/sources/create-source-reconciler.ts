import { formatRef, type ObjectRef } from '#core/api/object.ts';
import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import type { Instant } from '#core/ports/time.ts';
import { refuseSpec } from '#platform/reconcile/refuse-spec.ts';
import type { Reconcile, ReconcileContext } from '#platform/reconcile/run-attempt.ts';
import {
  readVerifiedAt,
  type AcceptedTree,
  type SourceCheck,
  type SourceParts,
} from './source-parts.ts';
import { gatherSource, type ReadySource, type SourceInput } from './gather-source.ts';
import { pollSource, recallTree } from './poll-source.ts';
import { publishView } from './publish-view.ts';

/** Follows GitSources: one pass asks the host once and tells those that a change concerns. */
export function createSourceReconciler(parts: SourceParts): Reconcile {
  return async (ref, context) => {
    const input = await gatherOrRefuse(parts, ref);
    if (input.kind !== 'gone') context.observe(input.object.metadata);
    return await perform(parts, { ref, input }, context);
  };
}

/** A status that cannot be read says nothing about what was accepted: whoever follows the source is told. */
async function gatherOrRefuse(parts: SourceParts, ref: ObjectRef): Promise<SourceInput> {
  try {
    return await gatherSource(parts, ref);
  } catch (error) {
    if (isMayflyError(error) && error.retry === 'never') {
      const check = { kind: 'refused', error } as const;
      await publishView(parts, ref, withKnownTree(parts, ref, check));
    }
    throw error;
  }
}

interface SourcePass {
  readonly ref: ObjectRef;
  readonly input: SourceInput;
}

async function perform(
  parts: SourceParts,
  { ref, input }: SourcePass,
  { signal }: ReconcileContext,
): Promise<Outcome> {
  if (input.kind === 'gone') return await forgetSource(parts, ref);
  if (input.kind === 'refused') {
    const [error = createError('MAYFLY_INTERNAL_BUG', { where: 'a refused source' })] =
      input.errors;
    const check = { kind: 'refused', error } as const;
    await publishView(parts, ref, withKnownTree(parts, ref, check));
    return refuseSpec(input.errors);
  }
  if (input.source.suspend) return await suspendSource(parts, { ref, input }, signal);
  try {
    const changed = await pollSource(parts, input, signal);
    const note = { reason: 'Verified', message: 'the source is followed', changed };
    return { kind: 'again', afterMs: input.source.intervalMs, note };
  } catch (error) {
    return await recordFailure(parts, { ref, input, error }, signal);
  }
}

async function forgetSource(parts: SourceParts, ref: ObjectRef): Promise<Outcome> {
  await publishView(parts, ref, null);
  await parts.git.forget(formatRef(ref));
  await parts.records.forget(ref);
  return { kind: 'gone' };
}

async function suspendSource(
  parts: SourceParts,
  { ref, input }: { readonly ref: ObjectRef; readonly input: ReadySource },
  signal: AbortSignal,
): Promise<Outcome> {
  const tree = await recallTree(parts, input, signal);
  await publishView(parts, ref, { check: { kind: 'suspended' }, tree });
  const message = 'what was accepted last goes on; nothing is fetched';
  return { kind: 'done', note: { reason: 'Suspended', message, changed: false } };
}

interface FailedPoll {
  readonly ref: ObjectRef;
  readonly input: ReadySource;
  readonly error: unknown;
}

/**
 * An unreachable host is asked again with backoff; one that refused, at the next interval. Where the API server does not
 * let us look, nothing is known of the host.
 */
async function recordFailure(
  parts: SourceParts,
  { ref, input, error }: FailedPoll,
  signal: AbortSignal,
): Promise<Outcome> {
  if (!isMayflyError(error) || error.kind === 'conflict' || error.kind === 'bug') throw error;
  const before = parts.memory.sources.get(formatRef(ref));
  const tree = before?.tree ?? (await tryRecall(parts, input, signal));
  const verifiedAt = before === undefined ? recallVerifiedAt(input) : readVerifiedAt(before.check);
  await publishView(parts, ref, { check: toCheck(error, verifiedAt), tree });
  if (error.retry !== 'never') throw error;
  const { code, message } = error;
  return { kind: 'refused', code, message, afterMs: input.source.intervalMs };
}

/** After a start without its host the accepted listing may still be here; what is known already is worth nothing less. */
async function tryRecall(
  parts: SourceParts,
  input: ReadySource,
  signal: AbortSignal,
): Promise<AcceptedTree | null> {
  try {
    return await recallTree(parts, input, signal);
  } catch (error) {
    if (isMayflyError(error) && error.kind !== 'bug') return null;
    throw error;
  }
}

function toCheck(error: MayflyError, verifiedAt: Instant | null): SourceCheck {
  if (error.retry === 'never') return { kind: 'refused', error };
  return { kind: 'unreachable', verifiedAt };
}

/** From before the start of the program, of the revision that still counts. */
function recallVerifiedAt({ accepted, record }: ReadySource): Instant | null {
  return accepted === null ? null : (record.verifiedAt ?? null);
}

function withKnownTree(
  { memory }: SourceParts,
  ref: ObjectRef,
  check: SourceCheck,
): { check: SourceCheck; tree: AcceptedTree | null } {
  return { check, tree: memory.sources.get(formatRef(ref))?.tree ?? null };
}
