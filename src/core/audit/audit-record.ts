import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { AuditEvent, AuditHead } from '../ports/broker/audit-log.ts';
import type { Digest } from '../ports/digest.ts';
import type { Instant } from '../ports/time.ts';
import { parseJson } from '../text/parse-json.ts';

/** A record as it lies in the log. */
export interface AuditRecord extends AuditEvent {
  readonly instance: string;
  readonly sequence: number;
  /** RFC 3339. */
  readonly time: string;
  /** Hash of the record before it in the chain. */
  readonly previous: string;
  readonly hash: string;
}

/** A line of the log, without the newline, and the head that it makes. */
export interface AuditLine {
  readonly text: string;
  readonly head: AuditHead;
}

const hashLength = 64;
const noHash = '0'.repeat(hashLength);
/** Stands before the hash at the end of a line: what is hashed is the line up to here. */
const seam = ',"hash":"';
const tailLength = seam.length + hashLength + '"}'.length;
const encoder = new TextEncoder();

/** The head of a chain without records. */
export function startChain(instance: string): AuditHead {
  return { instance, sequence: 0, hash: noHash };
}

/** The next line of a chain: JSON that ends in the SHA-256 of everything before `,"hash":`. */
export function renderAuditLine(
  { instance, sequence, hash }: AuditHead,
  { event, now }: { readonly event: AuditEvent; readonly now: Instant },
  digest: Pick<Digest, 'sha256Hex'>,
): AuditLine {
  const body = JSON.stringify({
    instance,
    sequence: sequence + 1,
    time: new Date(now).toISOString(),
    id: event.id,
    event: event.event,
    fields: event.fields,
    previous: hash,
  }).slice(0, -1);
  const own = digest.sha256Hex(encoder.encode(body));
  return {
    text: `${body}${seam}${own}"}`,
    head: { instance, sequence: sequence + 1, hash: own },
  };
}

const recordSchema = Type.Object(
  {
    instance: Type.String(),
    sequence: Type.Integer({ minimum: 1 }),
    time: Type.String(),
    id: Type.String(),
    event: Type.Unsafe<AuditEvent['event']>(Type.String()),
    fields: Type.Unsafe<AuditEvent['fields']>(Type.Record(Type.String(), Type.Unknown())),
    previous: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  { additionalProperties: false },
);

export interface ParsedLine {
  readonly record: AuditRecord;
  /** Whether the hash is that of the line. */
  readonly isWhole: boolean;
}

/** Null for what is no line of ours. */
export function parseAuditLine(text: string, digest: Pick<Digest, 'sha256Hex'>): ParsedLine | null {
  const record = parseJson(text);
  if (!Check(recordSchema, record)) return null;
  const body = text.slice(0, -tailLength);
  const isWhole =
    text === `${body}${seam}${record.hash}"}` &&
    digest.sha256Hex(encoder.encode(body)) === record.hash;
  return { record, isWhole };
}
