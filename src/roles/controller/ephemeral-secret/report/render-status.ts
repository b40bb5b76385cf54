import {
  maxStatusRows,
  type EphemeralSecretStatus,
  type FailureRow,
  type SecretRow,
} from '#core/api/schema/ephemeral-secret-status-schema.ts';
import type { Digest } from '#core/ports/digest.ts';
import { digestContent } from '#core/secret/value-digests.ts';
import { sealRow } from '#core/sync/row-seal.ts';
import type { HeldSecret, PassRecord } from '../pass-record.ts';
import type { Pass } from '../pass.ts';

/** The status fields of the kind, without what every kind has. */
export type OwnStatus = Omit<
  EphemeralSecretStatus,
  'conditions' | 'observedGeneration' | 'reconciledAt'
>;

/**
 * The status after a pass. The revision is brought up to date only when something else changes: a commit that does not
 * concern this object writes nothing.
 */
export function renderStatus(pass: Pass, announced: string | null): OwnStatus {
  const { record, input, listing, parts } = pass;
  const before = readOwn(record.status);
  const next: OwnStatus = {
    ...renderRecord({ digest: parts.digest, record }),
    ...(announced === null ? {} : { announced }),
    ...(input.force === null ? {} : { forcedBy: input.force }),
  };
  return listing === null || isSame(before, next) ? next : { ...next, revision: listing.commit };
}

/** What there is, and what failed, beside what a pass does not work out anew. */
export function renderRecord({ digest, record }: RecordParts): OwnStatus {
  const before = readOwn(record.status);
  const secrets = [...record.secrets.values()].toSorted(byName);
  const failures = renderFailures(record, before.failures ?? []);
  return {
    ...readKept(before),
    ...renderTimes(secrets),
    secretCount: secrets.length,
    secrets: secrets.slice(0, maxStatusRows).map((secret) => renderRow(digest, secret)),
    failureCount: failures.length,
    failures: failures.slice(0, maxStatusRows),
  };
}

interface RecordParts {
  readonly digest: Digest;
  readonly record: PassRecord;
}

function renderTimes(secrets: readonly HeldSecret[]): Pick<OwnStatus, 'expiresAt' | 'syncedAt'> {
  if (secrets.length === 0) return {};
  const first = secrets.reduce((least, { lease }) => Math.min(least, lease.expiresAt), Infinity);
  const last = secrets.reduce((most, { lease }) => Math.max(most, lease.issuedAt), 0);
  return { expiresAt: new Date(first).toISOString(), syncedAt: new Date(last).toISOString() };
}

function byName(a: HeldSecret, b: HeldSecret): number {
  return a.name < b.name ? -1 : 1;
}

function readOwn(status: EphemeralSecretStatus): OwnStatus {
  const own = { ...status };
  delete own.conditions;
  delete own.observedGeneration;
  delete own.reconciledAt;
  return own;
}

function readKept({ revision, issued, forcedBy }: OwnStatus): OwnStatus {
  return {
    ...(revision === undefined ? {} : { revision }),
    ...(issued === undefined ? {} : { issued }),
    ...(forcedBy === undefined ? {} : { forcedBy }),
  };
}

/** A failure keeps the commit it was first seen at. */
function renderFailures(record: PassRecord, before: readonly FailureRow[]): readonly FailureRow[] {
  const known = new Map(before.map((row) => [row.path, row]));
  return [...record.failures.values()]
    .map((row) => {
      const last = known.get(row.path);
      const isSameFault = last?.origin === row.origin && last.code === row.code;
      return isSameFault ? { ...row, commit: last.commit } : row;
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function renderRow(digest: Digest, { name, uid, lease }: HeldSecret): SecretRow {
  const row = {
    name,
    uid,
    keys: Object.keys(lease.digests).length,
    digest: digestContent(digest, lease.digests),
    path: lease.path,
    origin: lease.origin,
    revision: lease.revision,
    expiresAt: new Date(lease.expiresAt).toISOString(),
  };
  return { ...row, seal: sealRow(digest, lease.owner, row) };
}

function isSame(before: OwnStatus, after: OwnStatus): boolean {
  return JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));
}

function sorted(status: OwnStatus): readonly (readonly [string, unknown])[] {
  return Object.entries(status).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
