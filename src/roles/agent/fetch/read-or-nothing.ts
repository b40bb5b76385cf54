import type { PlannedRead } from '#core/agent/list-work.ts';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { StoredSecret, StoreSession } from '#core/ports/secret-store.ts';

/** Nothing at the path is an answer where nothing needs to be there. */
export async function readOrNothing(
  session: StoreSession,
  { path, version, isRequired }: PlannedRead,
  signal: AbortSignal,
): Promise<StoredSecret | null> {
  try {
    return await session.read({ path, version }, signal);
  } catch (error) {
    if (!isRequired && isMayflyError(error) && error.code === 'MAYFLY_STORE_NOT_FOUND') return null;
    throw error;
  }
}
