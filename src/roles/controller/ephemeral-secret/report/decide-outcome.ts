import { catalogue, type ErrorCode } from '#core/errors/catalogue.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { formatRef } from '#core/api/object.ts';
import type { Outcome, OutcomeNote } from '#core/ports/outcome.ts';
import type { Announcement } from '../perform/announce-change.ts';
import { decideNextMs } from './decide-next.ts';
import type { Pass } from '../pass.ts';
import type { OwnStatus } from './render-status.ts';

export interface PassEnd {
  readonly status: OwnStatus;
  readonly announcement: Announcement;
}

/** How the pass ended: what is wrong first, else what is so. */
export function decideOutcome(pass: Pass, { status, announcement }: PassEnd): Outcome {
  const afterMs = decideNextMs(pass, announcement);
  const refusal = announcement.failure ?? findRefusal(pass, status);
  if (refusal !== null) {
    const { code, message } = refusal;
    return { kind: 'refused', code, message, status, ...(afterMs === null ? {} : { afterMs }) };
  }
  const note = { ...describe(pass), changed: pass.record.wrote };
  return afterMs === null
    ? { kind: 'done', note, status }
    : { kind: 'again', afterMs, note, status };
}

interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
}

function findRefusal(pass: Pass, status: OwnStatus): Refusal | null {
  const { keys, input } = pass;
  const [failure, ...others] = status.failures ?? [];
  if (failure !== undefined) {
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    return { code: toCode(failure.code), message: `${failure.path}: ${failure.message}${more}` };
  }
  const [missing] = keys.missing;
  if (missing !== undefined) return missing;
  return input.spec.suspend ? null : (refuseSource(pass) ?? refusePath(pass));
}

function toCode(code: string): ErrorCode {
  return isCode(code) ? code : 'MAYFLY_INTERNAL_BUG';
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}

function refuseSource({ input: { owner, spec, standing } }: Pass): Refusal | null {
  const source = formatRef({ namespace: owner.namespace, name: spec.sourceName });
  if (standing.refusal === null) return null;
  if (standing.refusal === 'MAYFLY_SYNC_SOURCE_MISSING') {
    return createError('MAYFLY_SYNC_SOURCE_MISSING', { source });
  }
  return createError('MAYFLY_SYNC_SOURCE_REFUSED', { source, code: standing.refusal });
}

function refusePath({ listing, input: { spec } }: Pass): Refusal | null {
  if (listing === null || listing.files.length > 0) return null;
  const path = spec.path === '' ? '.' : spec.path;
  return createError('MAYFLY_SYNC_PATH_MISSING', { path });
}

function describe({ input, record }: Pass): Omit<OutcomeNote, 'changed'> {
  const { spec, terms, standing } = input;
  if (spec.suspend) {
    return { reason: 'Suspended', message: 'leases go on; nothing is followed or repaired' };
  }
  if (spec.lifetime === 'Once') {
    return { reason: 'Issued', message: 'issued once; deleted at the end of the lease' };
  }
  if (standing.event.kind === 'unreachable') {
    const message =
      terms.maxStaleMs === 0
        ? 'the source cannot be reached: leases are not extended (maxStale is 0)'
        : 'the source cannot be reached: leases are extended up to maxStale';
    return { reason: 'SourceUnreachable', message };
  }
  if (standing.event.kind === 'suspended') {
    return { reason: 'SourceSuspended', message: 'the source is suspended: leases go on' };
  }
  if (spec.lifetime === 'WhileInUse' && record.secrets.size === 0) {
    return { reason: 'NotInUse', message: 'no pod uses a Secret of it: they are made for one' };
  }
  return { reason: 'Synced', message: 'the Secrets are as the source says' };
}
