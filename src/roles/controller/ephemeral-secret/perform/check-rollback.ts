import { createError } from '#core/errors/mayfly-error.ts';
import { isOlder } from '#core/sync/is-older.ts';
import type { OpenUnit } from './open-unit.ts';
import type { Pass } from '../pass.ts';

/**
 * Compares what a changed file says about its age with the version that is live. Throws `MAYFLY_SYNC_ROLLBACK` where
 * the source says `rollback: Refuse`, unless forced; elsewhere an event tells of it.
 */
export async function checkRollback(
  { input, liveByPath, parts }: Pass,
  { unit, modifiedAt }: OpenUnit,
): Promise<void> {
  const before = liveByPath.get(unit.path)?.[0]?.lease ?? null;
  if (input.force !== null || !isOlder(before, { origin: unit.origin, modifiedAt })) return;
  const error = createError('MAYFLY_SYNC_ROLLBACK', { path: unit.path });
  if (input.source?.rollback === 'Refuse') throw error;
  await parts.objects.recordEvent({
    about: input.ref,
    type: 'Warning',
    reason: 'Rollback',
    message: error.message,
  });
}
