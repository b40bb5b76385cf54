import type { Identity } from '../identity/identity.ts';
import type { TokenIssuer } from '../api/token-issuer.ts';
import type { Instant } from '../ports/time.ts';
import type { Reference } from '../reference/reference.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';

/** A value by the name that the answer has. */
export interface WantedValue {
  readonly name: string;
  readonly reference: Reference;
}

/** One request to the broker, whichever way it came. */
export interface Asked {
  /** What its records in the audit log have in common, and what the caller is told. A UUID. */
  readonly id: string;
  /** How a grant is called in the audit log. */
  readonly event: 'exchange' | 'read' | 'token';
  /** Of an issuer, or of the broker itself. The caller wipes it. */
  readonly token: SecretBytes;
  /** `NAMESPACE/NAME` or `cluster/NAME`; null is that of the broker's own token. */
  readonly policy: string | null;
  /** None where only a token is asked for. */
  readonly wanted: readonly WantedValue[];
  readonly ttlMs: number | null;
  /** Where the request came from, for the audit log. */
  readonly address: string;
}

/** Who asks, as the token proved it. */
export interface Caller {
  readonly identity: Identity;
  readonly issuer: TokenIssuer;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  readonly replayKey: string;
  /** The identity token, for the API server to be asked about a pod; null where nobody is asked. */
  readonly token: SecretBytes | null;
  /** The broker's own token that stands for it; null where the identity token itself was shown. */
  readonly ticket: Ticket | null;
}

/** What a token of the broker's own is for. */
export interface Ticket {
  /** Of the record in the audit log that tells of its issue. */
  readonly id: string;
  readonly policy: string;
  readonly expiresAt: Instant;
}
