import type { ObjectRef } from '../api/object.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import type { Instant } from './time.ts';

/** The EphemeralSecret that a Secret belongs to. It lives in the Secret's own namespace. */
export type SecretOwner = ObjectRef & { readonly uid: string };

/** What stands beside a Secret of ours: its lease and where it came from. Holds no value. */
export interface SecretLease {
  readonly expiresAt: Instant;
  readonly issuedAt: Instant;
  /** When the source had last verified this content: extensions while it is unreachable count from here. */
  readonly verifiedAt: Instant;
  /** The accepted commit at which this Secret's file last changed. */
  readonly revision: string;
  readonly owner: SecretOwner;
  /** Repository path of the file, or of the folder when several files make one Secret. */
  readonly path: string;
  /** What that file says about when it was last written (`lastmodified`), to notice a rollback. */
  readonly modifiedAt: Instant;
  /**
   * Digest of everything the content was made from (blobs, keys, target). A live Secret with an equal origin needs
   * no decryption.
   */
  readonly origin: string;
  /** How many Secrets the origin makes: fewer live ones mean that one was removed by hand. */
  readonly siblings: number;
  /** Value digests by key as they were written, see `digestValues`. */
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
  /** As whom it is written, where a sink knows of such; by default as Mayfly. */
  readonly writer?: SecretWriter;
}

/** Somebody whose rights a write needs to have. */
export interface SecretWriter {
  readonly user: string;
  readonly groups: readonly string[];
}

/** A Secret of ours as its lease describes it, without a look at its content. */
export interface LeasedSecret {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly lease: SecretLease;
}

/** A Secret as it is. */
export interface LiveSecret {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly type: string;
  /** Labels and annotations are without those of Mayfly itself. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Null when this sink did not write a lease for this very name: a copied or forged one is null too. */
  readonly lease: SecretLease | null;
  /** Computed from the live bytes with `digestValues`, so they tell drift without holding values. */
  readonly digests: Readonly<Record<string, string>>;
  /**
   * False when anything this sink wrote is no longer as written: values, type, labels, annotations and, for files,
   * mode and owner. Foreign labels and annotations do not count; foreign keys do.
   */
  readonly intact: boolean;
}

/** The state a write was decided on; the sink refuses with `MAYFLY_SINK_CONFLICT` when it is no longer so. */
export interface Precondition {
  readonly uid: string;
  readonly resourceVersion: string;
}

export interface SecretRef {
  readonly namespace: string;
  readonly name: string;
}

/** A Secret whose lease is renewed, and as whom. */
export type RenewedSecret = SecretRef & Pick<DesiredSecret, 'writer'>;

/** What somebody else did to a Secret of ours. */
export interface ForeignChange {
  /** The name of the Secret. */
  readonly name: string;
  /** Who last wrote to it beside Mayfly, as the sink knows writers (a field manager); null when it cannot tell. */
  readonly manager: string | null;
}

export type OnForeignChange = (owner: SecretOwner, change: ForeignChange) => void;

/**
 * Where decrypted Secrets are written: the Kubernetes API, or a directory. Each write is whole or not at all.
 * A Secret that is not ours is never touched: `create` answers `MAYFLY_SINK_NOT_OWNED` when one is in the way.
 * Failures: `MAYFLY_SINK_CONFLICT` (a precondition no longer holds), `unavailable` (worth another try), `denied`.
 */
export interface SecretSink {
  read(ref: SecretRef): Promise<LiveSecret | null>;
  /** The Secrets of one owner, content compared. The cost is that owner's Secrets, not the sink's. */
  readOwned(owner: SecretOwner): Promise<readonly LiveSecret[]>;
  /**
   * All Secrets of Mayfly's in this sink, of every owner, but for those whose removal was asked for and is held up by
   * somebody else; reads no content.
   */
  listManaged(): Promise<readonly LeasedSecret[]>;
  /** `MAYFLY_SINK_CONFLICT` when one of ours is there already. */
  create(desired: DesiredSecret, lease: SecretLease): Promise<LiveSecret>;
  /**
   * Replaces content and lease of the Secret that the precondition names, foreign keys included, also when its lease
   * was stripped by hand. A changed type may give a new uid.
   */
  apply(desired: DesiredSecret, lease: SecretLease, on: Precondition): Promise<LiveSecret>;
  /**
   * Takes over what `read` found and is not Mayfly's, and replaces it like {@link apply}. `MAYFLY_SINK_NOT_ADOPTABLE`
   * for a Secret that somebody else keeps or that may not come from git; a sink that adopts nothing refuses with
   * `MAYFLY_SINK_NOT_OWNED`.
   */
  adopt(desired: DesiredSecret, lease: SecretLease, on: Precondition): Promise<LiveSecret>;
  /** Changes the lease alone; the content is not touched. */
  renew(ref: RenewedSecret, lease: SecretLease, on: Precondition): Promise<LeasedSecret>;
  /** Resolves also when it is gone already. */
  remove(ref: SecretRef, on: Precondition): Promise<void>;
  /** Leaves the Secret and forgets that it was ours. */
  release(ref: SecretRef, on: Precondition): Promise<void>;
  /** Calls back when a Secret of ours was changed or removed by somebody else, until the signal ends it. */
  watch(onChange: OnForeignChange, signal: AbortSignal): Promise<void>;
}
