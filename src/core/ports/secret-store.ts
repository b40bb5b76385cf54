import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { SecretMap } from '../secret/secret-tree.ts';
import type { Instant } from './time.ts';

/** One secret of a store: everything that is kept at one path. */
export interface StorePath {
  /** As the store spells it, such as `secret/data/shop/db`; without a leading slash. */
  readonly path: string;
  /** Null is the latest. */
  readonly version: string | null;
  /**
   * What the store makes the answer from, such as `common_name` of a certificate. With it the path is written to
   * instead of read.
   */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** What a read opened at the store, and what has to be kept alive or given back. */
export interface StoreLease {
  readonly id: string;
  readonly durationMs: number;
  readonly renewable: boolean;
}

/** The answer to one read. The caller wipes it. */
export interface StoredSecret {
  /** The fields as the store answered them, in its order; numbers keep their text. */
  readonly fields: SecretMap;
  /** Null where the store knows of no versions. */
  readonly version: string | null;
  /** Null for what merely lies there. */
  readonly lease: StoreLease | null;
  wipe(): void;
}

/** How long a login or a lease goes on from now. */
export interface StoreTerm {
  readonly durationMs: number;
  /** False when it cannot be prolonged again. */
  readonly renewable: boolean;
}

/** A login at a store. What it opened ends with it. */
export interface StoreSession {
  /** When it ends unless renewed; null for one that does not. */
  readonly expiresAt: Instant | null;
  readonly renewable: boolean;
  /** The store's own name for this login, which its audit log has too; null where there is none. Never the token. */
  readonly accessor: string | null;
  /**
   * Reads one path with one request. Throws `MAYFLY_STORE_NOT_FOUND`; `MAYFLY_STORE_DENIED`, also when the store ended
   * the login by itself, which it does not tell apart; `MAYFLY_STORE_UNAVAILABLE` and its like. Never part of an answer.
   */
  read(path: StorePath, signal: AbortSignal): Promise<StoredSecret>;
  /** Throws `MAYFLY_STORE_LOGIN_ENDED` when the store does not prolong it. */
  renew(signal: AbortSignal): Promise<StoreTerm>;
  /** Of a lease that a read of this session opened. Throws `MAYFLY_STORE_LEASE_ENDED` when the store does not prolong it. */
  renewLease(id: string, signal: AbortSignal): Promise<StoreTerm>;
  /**
   * Gives back the login with all that it opened; every later call throws `MAYFLY_STORE_LOGIN_ENDED`. So it is too where
   * this fails, unless it may be asked `again` and the store said nothing.
   */
  revoke(signal: AbortSignal, asking?: RevokeAsking): Promise<void>;
}

export interface RevokeAsking {
  readonly again: boolean;
}

/** A place outside of the cluster where secrets are kept. Its address was allowed before this exists. */
export interface SecretStore {
  /**
   * Asks whether it answers and takes logins, without one. Throws `MAYFLY_STORE_SEALED`, `MAYFLY_STORE_UNAVAILABLE`,
   * `MAYFLY_STORE_CERTIFICATE` and its like.
   */
  probe(signal: AbortSignal): Promise<void>;
  /**
   * Logs in with an identity token. The caller wipes the token. Throws `MAYFLY_STORE_LOGIN_DENIED` when the store
   * refuses it, `MAYFLY_STORE_UNAVAILABLE` when nothing answered.
   */
  login(token: SecretBytes, signal: AbortSignal): Promise<StoreSession>;
}
