import { scheduler } from 'node:timers/promises';
import { createError } from '#core/errors/mayfly-error.ts';
import { decideLease } from '#core/lease/decide-lease.ts';
import { isDue } from '#core/lease/lease-window.ts';
import type { GitRequest, ReadBlob } from '#core/ports/git/git-repository.ts';
import { formatRef } from '#core/api/object.ts';
import { wipeSecret } from '#core/sync/content/render-manifests.ts';
import { wipeAuth } from '#core/sync/git-credentials.ts';
import type { SyncUnit } from '#core/sync/sync-units.ts';
import { readGitRequest } from '../../../sources/source-request.ts';
import { createWriteLane, type WriteLane } from '../../write-lane.ts';
import { checkRollback } from './check-rollback.ts';
import { openUnit, type NextBlob, type OpenUnit } from './open-unit.ts';
import type { Pass } from '../pass.ts';
import { performDrop, performRenewal } from './perform-leases.ts';
import { writeSecret } from './write-secret.ts';

/** How many units are written at once, and so how much plaintext there is at a time. */
const unitsAtOnce = 8;

/**
 * Decrypts and writes what the plan names, file by file: each is wiped when it was written. One file that fails stops
 * no other; its Secrets are kept as they are.
 */
export async function performWork(pass: Pass): Promise<void> {
  if (pass.plan.work.length === 0) return;
  const request = await openRequest(pass);
  if (request === null) return;
  const lane = createWriteLane(unitsAtOnce);
  const blobs = openBlobs(pass, request);
  try {
    for (const unit of pass.plan.work) {
      pass.signal.throwIfAborted();
      await performUnit(pass, { unit, lane, next: blobs.next });
      await scheduler.yield();
    }
  } finally {
    await blobs.close();
    wipeAuth(request.auth);
    await lane.drain();
  }
}

/** Without the source's credentials no file can be read: each fails by itself, and leases run on. */
async function openRequest({
  parts,
  input,
  plan,
  listing,
  record,
}: Pass): Promise<GitRequest | null> {
  try {
    const { source, hosts, owner, spec } = input;
    if (source === null || listing === null) {
      const named = formatRef({ namespace: owner.namespace, name: spec.sourceName });
      throw createError('MAYFLY_SYNC_SOURCE_MISSING', { source: named });
    }
    return await readGitRequest(parts, { source, hosts }, { commit: listing.commit });
  } catch (error) {
    for (const unit of plan.work) record.fail(unit, error);
    return null;
  }
}

interface Blobs {
  readonly next: NextBlob;
  close(): Promise<void>;
}

/** One request for all blobs of the pass; when it breaks, every further one fails the same way. */
function openBlobs({ parts, plan, signal }: Pass, request: GitRequest): Blobs {
  const ids = plan.work.flatMap(({ files }) => files.map(({ blob }) => blob));
  const iterator = parts.git.readBlobs(request, ids, signal)[Symbol.asyncIterator]();
  let broken: { readonly error: unknown } | null = null;

  async function next(): Promise<ReadBlob> {
    if (broken !== null) throw broken.error;
    try {
      const read = await iterator.next();
      if (read.done !== true) return read.value;
      throw createError('MAYFLY_INTERNAL_BUG', { where: 'reading blobs: fewer than asked for' });
    } catch (error) {
      broken = { error };
      throw error;
    }
  }

  return { next, close: async () => void (await iterator.return?.()) };
}

interface UnitWork {
  readonly unit: SyncUnit;
  readonly lane: WriteLane;
  readonly next: NextBlob;
}

async function performUnit(pass: Pass, { unit, lane, next }: UnitWork): Promise<void> {
  let opened: OpenUnit;
  try {
    opened = await openUnit(pass, unit, next);
    pass.input.usage?.learn(
      unit,
      opened.secrets.map(({ name }) => name),
    );
  } catch (error) {
    await failUnit(pass, unit, error);
    return;
  }
  try {
    claimNames(pass, opened);
    await checkRollback(pass, opened);
  } catch (error) {
    opened.secrets.forEach(wipeSecret);
    await failUnit(pass, unit, error);
    return;
  }
  await lane.add(() => writeUnit(pass, opened));
}

/** Names are claimed in order of the paths, before any write that may end in another order. */
function claimNames({ claims, record }: Pass, { unit, secrets }: OpenUnit): void {
  const { path } = unit;
  for (const { name } of secrets) {
    const result = claims.claim(name, path);
    if (result.kind === 'refused') {
      throw createError('MAYFLY_SYNC_NAME_DUPLICATE', { path, name, other: result.holder });
    }
    if (result.overtaken === null) continue;
    const late = { path: result.overtaken, name, other: path };
    record.fail(
      { path: result.overtaken, origin: '' },
      createError('MAYFLY_SYNC_NAME_DUPLICATE', late),
    );
  }
}

async function writeUnit(pass: Pass, opened: OpenUnit): Promise<void> {
  try {
    for (const secret of opened.secrets) {
      if (pass.input.usage?.isWanted(secret.name) !== false) {
        await writeSecret(pass, opened, secret);
      }
    }
    await dropLeftovers(pass, opened);
  } catch (error) {
    await failUnit(pass, opened.unit, error);
  } finally {
    opened.secrets.forEach(wipeSecret);
  }
}

/** Secrets that the file made before and makes no more were removed by the accepted commit. */
async function dropLeftovers(pass: Pass, { unit, secrets }: OpenUnit): Promise<void> {
  const made = new Set(secrets.map(({ name }) => name));
  const { terms, now } = pass.input;
  for (const live of pass.liveByPath.get(unit.path) ?? []) {
    if (made.has(live.name)) continue;
    const event = { kind: 'pathRemoved' } as const;
    const { kind } = decideLease(event, terms, { lease: live.lease, now, due: false });
    if (kind === 'remove' || kind === 'release') await performDrop(pass, { live, how: kind });
  }
}

/** A file that only could not be reached just now is as good as before: its lease is bridged like an outage. */
async function failUnit(pass: Pass, unit: SyncUnit, error: unknown): Promise<void> {
  const { record, input, liveByPath } = pass;
  const transientBefore = record.transient.length;
  record.fail(unit, error);
  if (record.transient.length === transientBefore) return;
  const { terms, now } = input;
  for (const secret of liveByPath.get(unit.path) ?? []) {
    const at = { lease: secret.lease, now, due: isDue(secret.lease, terms.ttlMs, now) };
    const decision = decideLease({ kind: 'unreachable', verifiedAt: null }, terms, at);
    if (decision.kind === 'renew') await performRenewal(pass, { live: secret, decision });
  }
}
