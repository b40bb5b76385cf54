import type { Reference } from '../reference/reference.ts';

/** What is asked of a policy: references as the caller wrote them, parsed. */
export interface AccessRequest {
  /** None where only a token is asked for. */
  readonly references: readonly Reference[];
  /** The longest time that the caller wants the values for; null leaves it to the policy. */
  readonly ttlMs: number | null;
  /** Whether of a whole path those keys will do that are granted, where not all are. */
  readonly isPartial: boolean;
}

/** Which part of a policy said no, such as `subjects[0].github.repositoryId`; for the audit log and `explain` alone. */
export interface Denial {
  readonly kind: 'denial';
  readonly clause: string;
  /** What a policy of the mode `Audit` would have granted; its clause is `mode` then. Null otherwise. */
  readonly would: Grant | null;
}

/** All references of the request are granted together, or none. */
export interface Grant {
  readonly kind: 'grant';
  /** Which subject matched. */
  readonly subject: number;
  /** The shortest of what the grants allow and what was asked for. */
  readonly ttlMs: number;
  /** Of each reference the keys that are given; null for what it asks for. */
  readonly keys: readonly (ReadonlySet<string> | null)[];
}

export type Decision = Grant | Denial;
