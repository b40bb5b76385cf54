import { isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Pass } from '../pass.ts';
import { digestContent } from '#core/secret/value-digests.ts';

export interface Announcement {
  /** Digest of the contents that the hooks last ran for; null without hooks. */
  readonly announced: string | null;
  /** Why they did not run now although they should. */
  readonly failure: MayflyError | null;
}

/**
 * Runs the hooks of `restart` when content is not what they last ran for. That digest is stored afterwards: a kill in
 * between has them run again, never not at all.
 */
export async function announceChange({ parts, input, record }: Pass): Promise<Announcement> {
  const { restart } = input.spec;
  const before = record.status.announced ?? null;
  if (restart.length === 0) return { announced: null, failure: null };
  const contents = [...record.secrets.values()].map(({ name, lease }): [string, string] => [
    name,
    digestContent(parts.digest, lease.digests),
  ]);
  const now = digestContent(parts.digest, Object.fromEntries(contents));
  const isNews = record.replaced || now !== before;
  if (contents.length === 0 || !isNews) return { announced: before, failure: null };
  try {
    await parts.onChange({ owner: input.ref, hooks: restart });
    return { announced: now, failure: null };
  } catch (error) {
    if (!isMayflyError(error)) throw error;
    return { announced: null, failure: error };
  }
}
