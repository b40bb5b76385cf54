/** What a log line may say beside its message: names and counts, never a value. Nothing else is written. */
export interface LogFields {
  readonly controller?: string;
  /** Name of a store as references have it. */
  readonly store?: string;
  /** What a store calls a login in its own audit log. */
  readonly accessor?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly reconcileID?: string;
  /** CamelCase reason of a condition or an event. */
  readonly reason?: string;
  /** A sentence made of identifiers, as conditions and events show it. */
  readonly detail?: string;
  readonly path?: string;
  readonly revision?: string;
  readonly address?: string;
  readonly signal?: string;
  readonly version?: string;
  /** Where a chain of the audit log ends. */
  readonly instance?: string;
  readonly sequence?: number;
  readonly hash?: string;
  readonly durationMs?: number;
  readonly count?: number;
  /** Told by code, kind, message and hint when it is Mayfly's own, else by its name alone. */
  readonly error?: unknown;
}

/** Writes log lines. The message is a fixed text; what varies is in the fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
