import type { Instant } from '../../ports/time.ts';
import type { SecretBytes } from '../../secret/secret-bytes.ts';

/** What is asked of a broker. */
export interface Exchange {
  /** The caller wipes it. */
  readonly token: SecretBytes;
  /** `NAMESPACE/NAME`, or `cluster/NAME`. */
  readonly policy: string;
  /** References by the names under which their values are answered. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The longest lease that is wanted; null leaves it to the policy. */
  readonly ttlMs: number | null;
}

/** What a broker gave. */
export interface Exchanged {
  readonly leaseId: string;
  readonly expiresAt: Instant;
  /** Where the audit log tells of it. */
  readonly auditId: string;
  /** By the names that were asked for, all of them. Whoever holds them wipes them. */
  readonly values: ReadonlyMap<string, SecretBytes>;
}
