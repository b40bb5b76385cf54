import type { ObjectRef } from '../api/object.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { Instant } from './time.ts';

/** What stands beside a Secret of ours: its lease and where it came from. Holds no value. */
export interface SecretLease {
  readonly expiresAt: Instant;
  readonly issuedAt: Instant;
  /** The commit at which this Secret's file last changed. */
  readonly revision: string;
  /** The EphemeralSecret it belongs to. */
  readonly owner: ObjectRef & { readonly uid: string };
  /** Repository path of the file. */
  readonly path: string;
  /** Value digests by key, see `Digest.valueDigest`. */
  readonly digests: Readonly<Record<string, string>>;
}

/** A Secret as it should be. The caller wipes the values after the write. */
export interface DesiredSecret {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** In the order of the source; keys match `[-._a-zA-Z0-9]+`. */
  readonly values: ReadonlyMap<string, SecretBytes>;
}

/** A Secret as it is. `digests` are computed from the live bytes, so they tell drift without holding values. */
export interface LiveSecret {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Null when the Secret is not Mayfly's. */
  readonly lease: SecretLease | null;
  readonly digests: Readonly<Record<string, string>>;
}

/** The state a write was decided on; the sink refuses with `conflict` when it is no longer so. */
export interface Precondition {
  readonly uid: string;
  readonly resourceVersion: string;
}

export interface SecretRef {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Where decrypted Secrets are written: the Kubernetes API, or a directory. Each write is whole or not at all.
 * A Secret that is not ours is never touched: `create` answers `MAYFLY_SINK_NOT_OWNED` when one is in the way.
 */
export interface SecretSink {
  read(ref: SecretRef): Promise<LiveSecret | null>;
  /** All Secrets of Mayfly's in this sink, of every owner. */
  listManaged(): Promise<readonly LiveSecret[]>;
  create(desired: DesiredSecret, lease: SecretLease): Promise<LiveSecret>;
  /** Replaces content and lease. */
  apply(desired: DesiredSecret, lease: SecretLease, on: Precondition): Promise<LiveSecret>;
  /** Changes the lease alone; the content is not touched. */
  renew(ref: SecretRef, lease: SecretLease, on: Precondition): Promise<LiveSecret>;
  remove(ref: SecretRef, on: Precondition): Promise<void>;
  /** Leaves the Secret and forgets that it was ours. */
  release(ref: SecretRef, on: Precondition): Promise<void>;
  /** Calls back when a Secret of ours was changed or removed by somebody else, until the signal ends it. */
  watch(onChange: (ref: SecretRef) => void, signal: AbortSignal): Promise<void>;
}
