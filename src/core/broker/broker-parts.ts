import type { AccessPolicy } from '../trust/access-policy.ts';
import type { Store } from '../api/store.ts';
import type { TokenIssuer } from '../api/token-issuer.ts';
import type { AuditLog } from '../ports/broker/audit-log.ts';
import type { ReplayStore } from '../ports/broker/replay-store.ts';
import type { TicketStore } from '../ports/broker/ticket-store.ts';
import type { TokenReviewer, TokenVerifier } from '../ports/broker/token-verifier.ts';
import type { Digest } from '../ports/digest.ts';
import type { StoredSecret, StorePath } from '../ports/secret-store.ts';
import type { Clock, Random } from '../ports/time.ts';
import type { StoreHost } from '../store/store-address.ts';
import type { PolicyView } from '../tenancy/policy-view.ts';
import type { Namespace } from '../tenancy/select-namespace.ts';
import type { CompiledPolicy } from '../trust/compile-policy.ts';
import type { Caller } from './asked.ts';
import type { LeaseBook, StoreEnd } from './books/lease-book.ts';

/** A policy as it was written, and ready to be matched. */
export interface PolicyInUse {
  readonly policy: AccessPolicy;
  readonly compiled: CompiledPolicy;
}

/** The tenancy of a namespace: its labels, and the policies that select it. */
export interface NamespaceTenancy {
  readonly namespace: Namespace;
  readonly policies: readonly PolicyView[];
}

/** The objects that the broker decides by, as they are now. What is invalid is to the broker as what is not there. */
export interface BrokerView {
  /** Throws `MAYFLY_BROKER_STALE` when what is known may be older than it must be: then nothing is granted. */
  checkFresh(): void;
  /** `NAMESPACE/NAME` or `cluster/NAME`, letter for letter. */
  findPolicy(name: string): PolicyInUse | null;
  /** As references in a namespace name it. */
  findStore(namespace: string, name: string): Store | null;
  findIssuer(name: string): TokenIssuer | null;
  /** Null without a cluster: there everything is the administrator's. Of a namespace that is not known, one without labels. */
  readTenancy(namespace: string): NamespaceTenancy | null;
}

/** A store that may be used for a request. */
export interface GrantedStore {
  readonly store: Store;
  /** What an administrator wrote that allows its address. */
  readonly entries: readonly StoreHost[];
  /**
   * Whose service account logs in: that of the policy, so that nobody grants more of a ClusterStore than the store gives
   * their namespace. The empty text for a policy of the cluster.
   */
  readonly onBehalfOf: string;
}

/** The answer to one read of a store. */
export interface BrokerRead {
  /** Wiped by who asked. */
  readonly secret: StoredSecret;
  /** What the read opened at the store; null when it opened nothing. */
  readonly opened: StoreEnd | null;
}

/** One read of a store. */
export interface ReadAsked extends GrantedStore {
  readonly path: StorePath;
  /** What its records in the audit log have in common. */
  readonly id: string;
}

/**
 * Reads stores, logged in to each as whom the Store names. Throws what {@link SecretStore} throws, and
 * `MAYFLY_BROKER_STORE_LOGIN` for a store that names nobody.
 */
export interface StoreReader {
  read(asked: ReadAsked, signal: AbortSignal): Promise<BrokerRead>;
}

/** Bounds that the administrator sets. Durations in milliseconds. */
export interface BrokerOptions {
  /** What tokens have to be made for. */
  readonly audience: string;
  /** A result lasts at most so many times the rest of the token. */
  readonly restFactor: number;
}

/** How often callers may come. */
export interface Throttle {
  /** Throws `MAYFLY_BROKER_THROTTLED` for a caller that asks too often. */
  check(caller: Caller): void;
  /** Told of who is given something: who never is cannot use up the rate of those who are. */
  welcome(caller: Caller): void;
}

/** Everything that answers an exchange. */
export interface BrokerParts {
  readonly view: BrokerView;
  readonly verifier: TokenVerifier;
  /** Null without a cluster. */
  readonly reviewer: TokenReviewer | null;
  readonly replay: ReplayStore;
  readonly stores: StoreReader;
  readonly audit: AuditLog;
  readonly leases: LeaseBook;
  readonly tickets: TicketStore;
  readonly throttle: Throttle;
  readonly clock: Clock;
  readonly random: Random;
  readonly digest: Pick<Digest, 'sha256Hex'>;
  readonly options: BrokerOptions;
}
