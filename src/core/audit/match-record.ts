import type { AuditEventName } from '../ports/broker/audit-log.ts';
import type { AuditRecord } from './audit-record.ts';

const isEvent: Readonly<Record<AuditEventName, true>> = {
  exchange: true,
  denial: true,
  token: true,
  read: true,
  decryption: true,
  'lease-end': true,
  revocation: true,
  failure: true,
};

/** Every event that somebody may look for. */
export const auditEvents: readonly string[] = Object.keys(isEvent);

/** What somebody looks for: every part that is given has to hold. */
export interface AuditQuery {
  /** Joins what belongs to one request. */
  readonly id?: string | undefined;
  readonly event?: string | undefined;
  /** RFC 3339; the records from then on. */
  readonly since?: string | undefined;
  /** RFC 3339; the records before. */
  readonly until?: string | undefined;
  /** By the name of a field: its text, or one of its texts. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Whether a record is one of those that are looked for. */
export function matchRecord(record: AuditRecord, query: AuditQuery): boolean {
  const { id = record.id, event = record.event } = query;
  if (record.id !== id || record.event !== event || !isWithin(record.time, query)) return false;
  return [...query.fields].every(([name, text]) => hasText(record.fields[name], text));
}

function isWithin(time: string, { since, until }: AuditQuery): boolean {
  const at = Date.parse(time);
  const isAfter = since === undefined || at >= Date.parse(since);
  return isAfter && (until === undefined || at < Date.parse(until));
}

function hasText(value: AuditRecord['fields'][string] | undefined, text: string): boolean {
  if (value === undefined) return false;
  return typeof value === 'object' ? value.includes(text) : String(value) === text;
}
