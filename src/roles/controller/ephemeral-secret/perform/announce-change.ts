import { createError, isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import { digestContent } from '#core/secret/value-digests.ts';
import type { RolloutParts } from '../../controller-parts.ts';
import type { Pass } from '../pass.ts';
import { rollWorkloads } from './roll-workloads.ts';

export interface Announcement {
  /** Digest of the contents that `restart` was last obeyed for; null without one. */
  readonly announced: string | null;
  /** Why it was not obeyed now although it should. */
  readonly failure: MayflyError | null;
  /** When it is to be gone on with; null when nothing waits. */
  readonly waitMs: number | null;
}

/**
 * Obeys `restart` when content is not what it was last obeyed for. That digest is stored afterwards: a kill in
 * between has it done again, never not at all.
 */
export async function announceChange(pass: Pass): Promise<Announcement> {
  const { input, record, parts } = pass;
  if (input.spec.restart.length === 0) return { announced: null, failure: null, waitMs: null };
  const change = { before: record.status.announced ?? null, now: digestAll(pass) };
  return parts.rollouts === null
    ? await announceToHooks(pass, change)
    : await announceToWorkloads(pass, parts.rollouts, change);
}

interface Change {
  readonly before: string | null;
  readonly now: string;
}

function digestAll({ parts, record }: Pass): string {
  const contents = [...record.secrets.values()].map(({ name, lease }): [string, string] => [
    name,
    digestContent(parts.digest, lease.digests),
  ]);
  return digestContent(parts.digest, Object.fromEntries(contents));
}

/** No pod runs with a content before the first one. */
async function announceToWorkloads(
  pass: Pass,
  rollouts: RolloutParts,
  { before, now }: Change,
): Promise<Announcement> {
  const isNews = pass.record.secrets.size > 0 && (now !== before || isHalfway(pass, now));
  if (!isNews) return { announced: before, failure: null, waitMs: null };
  if (before === null) return { announced: now, failure: null, waitMs: null };
  const { kind, failure, waitMs } = await rollWorkloads(pass, rollouts, now);
  return { announced: kind === 'done' ? now : before, failure, waitMs };
}

/** Some were restarted for a content that was taken back since. */
function isHalfway({ parts, input }: Pass, now: string): boolean {
  const pending = parts.memory.rollouts.pending.get(input.owner.uid);
  return pending !== undefined && pending.content !== now && pending.done.size > 0;
}

async function announceToHooks(pass: Pass, { before, now }: Change): Promise<Announcement> {
  const { record } = pass;
  const isNews = record.secrets.size > 0 && (record.replaced || now !== before);
  if (!isNews) return { announced: before, failure: findUnknown(pass), waitMs: null };
  const failure = await runHooks(pass);
  return { announced: failure === null ? now : null, failure, waitMs: null };
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
