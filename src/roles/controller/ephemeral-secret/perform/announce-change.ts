import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { digestContent } from '#core/secret/value-digests.ts';
import type { Pass } from '../pass.ts';

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
export async function announceChange(pass: Pass): Promise<Announcement> {
  const { input, record } = pass;
  if (input.spec.restart.length === 0) return { announced: null, failure: null };
  const before = record.status.announced ?? null;
  const now = digestAll(pass);
  const isNews = record.secrets.size > 0 && (record.replaced || now !== before);
  if (!isNews) return { announced: before, failure: findUnknown(pass) };
  const failure = await runHooks(pass);
  return { announced: failure === null ? now : null, failure };
}

function digestAll({ parts, record }: Pass): string {
  const contents = [...record.secrets.values()].map(({ name, lease }): [string, string] => [
    name,
    digestContent(parts.digest, lease.digests),
  ]);
  return digestContent(parts.digest, Object.fromEntries(contents));
}

async function runHooks(pass: Pass): Promise<MayflyError | null> {
  const unknown = findUnknown(pass);
  if (unknown !== null) return unknown;
  try {
    await pass.parts.onChange({ owner: pass.input.ref, hooks: pass.input.spec.restart });
    return null;
  } catch (error) {
    if (isMayflyError(error)) return error;
    throw error;
  }
}

/** The administrator's names may change: Secrets go on, and the object says what is missing. */
function findUnknown({ parts, input }: Pass): MayflyError | null {
  const name = input.spec.restart.find((hook) => !parts.options.hooks.has(hook));
  return name === undefined ? null : createError('MAYFLY_SYNC_HOOK_UNKNOWN', { name });
}
