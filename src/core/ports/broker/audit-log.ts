/** What is recorded. */
export type AuditEventName =
  'exchange' | 'denial' | 'token' | 'read' | 'decryption' | 'lease-end' | 'revocation' | 'failure';

/** What happened at the broker: who, what, why, until when. Never a value, never a token. */
export interface AuditEvent {
  /** Ties records of one request together, and is what the caller is told. A UUID. */
  readonly id: string;
  readonly event: AuditEventName;
  /** Flat: names, ids, clauses, RFC 3339 times, numbers. */
  readonly fields: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** The end of one chain: where the next record goes on. */
export interface AuditHead {
  /** One run of a process. A UUID. */
  readonly instance: string;
  /** Of the newest record; 0 when there is none. */
  readonly sequence: number;
  /** Of the newest record, lower-case hex; zeros when there is none. */
  readonly hash: string;
}

/** A log that shows whether somebody changed it: one hash chain for each instance of the process. */
export interface AuditLog {
  /** Resolves when the record is on disk. Throws `MAYFLY_AUDIT_UNAVAILABLE`: then no value may leave. */
  append(event: AuditEvent): Promise<void>;
  /**
   * A record that is on disk before the next {@link append} resolves, and costs no write of its own: for what is put on
   * record once more before anything leaves. Throws `MAYFLY_AUDIT_UNAVAILABLE` when too many wait to be written.
   */
  note(event: AuditEvent): void;
  /** Where the chain of this process ends, to be kept where its writer cannot reach. */
  head(): AuditHead;
  close(): Promise<void>;
}
