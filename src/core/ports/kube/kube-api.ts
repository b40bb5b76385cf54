import type { SecretBytes } from '../../secret/secret-bytes.ts';

/** One kind of the API as its paths spell it: the core group is the empty text. */
export interface KubeResource {
  readonly group: string;
  readonly version: string;
  /** As in the path, such as `secrets`. */
  readonly plural: string;
  readonly kind: string;
}

/** Metadata as the API server keeps them. Everything is from outside. */
export interface KubeMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly unknown[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly unknown[];
}

/** An object as the API server answered it: only its metadata are checked; the rest is validated by who reads it. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: KubeMeta;
  readonly [field: string]: unknown;
}

/** One object by its name; without a namespace one of the cluster. */
export interface KubeName {
  readonly resource: KubeResource;
  readonly namespace?: string;
  readonly name: string;
}

/** Many objects: of one namespace, or of all. */
export interface KubeQuery {
  readonly resource: KubeResource;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Answers `PartialObjectMetadata` alone: nothing but metadata crosses the wire. */
  readonly metadataOnly?: boolean;
}

/** One page of a list. */
export interface KubePage {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

export type KubeWatchEvent =
  | { readonly kind: 'added' | 'modified' | 'deleted'; readonly object: KubeObject }
  /** Nothing changed up to this version. */
  | { readonly kind: 'bookmark'; readonly resourceVersion: string };

/** A token that is asked for. */
export interface AccountToken {
  readonly namespace: string;
  readonly name: string;
  /** Null is the API server's own. */
  readonly audience: string | null;
  /** At least 600. */
  readonly seconds: number;
}

/** How one call is made. */
export interface KubeCall {
  readonly signal: AbortSignal;
  /** Who goes first when the budget of calls is short. Default `normal`. */
  readonly priority?: 'high' | 'normal' | 'low';
  /** Impersonated for this call, such as `system:serviceaccount:shop:deployer`. */
  readonly as?: { readonly user: string; readonly groups: readonly string[] };
}

/** The state that a write was decided on; another one is `MAYFLY_KUBE_CONFLICT`. */
export interface KubePrecondition {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** The object that a delete was decided on; without the version by who cannot read it. */
export type DeletePrecondition = Pick<KubePrecondition, 'uid'> & Partial<KubePrecondition>;

/** A watch from a version on. */
export interface KubeWatch extends KubeQuery {
  readonly resourceVersion: string;
  /** After this the server ends the watch in good order. */
  readonly timeoutSeconds: number;
}

/**
 * The Kubernetes API over HTTP, for whatever kind. Bodies are plain JSON values whose prototypes nobody outside chose.
 *
 * Failures: `MAYFLY_KUBE_UNAVAILABLE` (no answer, time-out, cut, 5xx), `MAYFLY_KUBE_THROTTLED` (429, with what the
 * server asked to wait), `MAYFLY_KUBE_UNAUTHENTICATED`, `MAYFLY_KUBE_FORBIDDEN`, `MAYFLY_KUBE_CONFLICT`,
 * `MAYFLY_KUBE_EXISTS`, `MAYFLY_KUBE_NOT_FOUND` (of writes), `MAYFLY_KUBE_REFUSED` (invalid, or refused at admission),
 * `MAYFLY_KUBE_NAMESPACE_ENDING` (nothing is created there any more), `MAYFLY_KUBE_EXPIRED` (410: list again), `MAYFLY_KUBE_ANSWER` (an answer that is none), `MAYFLY_KUBE_TOO_LARGE`,
 * `MAYFLY_KUBE_FENCED` (a write after the lease of this process was lost; nothing was sent).
 */
export interface KubeApi {
  /** Null when there is none. */
  get(
    target: KubeName,
    call: KubeCall & { readonly metadataOnly?: boolean },
  ): Promise<KubeObject | null>;
  /** One page of at most `limit` objects; `next` of the page before goes on. */
  list(
    query: KubeQuery,
    call: KubeCall & { readonly limit: number; readonly next?: string },
  ): Promise<KubePage>;
  /**
   * Events until the server ends the watch; a connection that falls silent for longer than the server may keep it
   * silent is `unavailable`. `onOpen` is called when the server has accepted the watch.
   */
  watch(
    query: KubeWatch,
    call: KubeCall & { readonly onOpen?: () => void },
  ): AsyncIterable<KubeWatchEvent>;
  create(target: KubeName, body: object, call: KubeCall): Promise<KubeObject>;
  /**
   * Server-side apply as the field manager `mayfly`, by force. With a precondition, only on that very state; it never
   * creates then.
   */
  apply(
    target: KubeName,
    body: object,
    call: KubeCall & { readonly on?: KubePrecondition },
  ): Promise<KubeObject>;
  /** A merge patch (RFC 7386), of the object or of its status. */
  patch(
    target: KubeName,
    body: object,
    call: KubeCall & { readonly on?: KubePrecondition; readonly subresource?: 'status' },
  ): Promise<KubeObject>;
  /** Replaces the whole object; `metadata.resourceVersion` of the body is the precondition. */
  replace(target: KubeName, body: object, call: KubeCall): Promise<KubeObject>;
  /** A new token of a service account (TokenRequest). The caller wipes it. */
  requestToken(account: AccountToken, call: KubeCall): Promise<SecretBytes>;
  /** Resolves also when it is gone already. */
  delete(target: KubeName, call: KubeCall & { readonly on?: DeletePrecondition }): Promise<void>;
}
