import type { ClusterKeys } from '#core/ports/broker/cluster-keys.ts';
import type { TokenReviewer } from '#core/ports/broker/token-verifier.ts';
import type { KeyReader, ObjectApi } from '#core/ports/object-api.ts';
import type { StoreParts } from '../stores/store-parts.ts';
import type { TenancyParts } from '../tenancy/tenancy-parts.ts';

/** Where the broker works: in a cluster, or on one machine with a folder of objects. */
export interface BrokerWorld {
  /** What there is has to be known already. */
  readonly objects: Pick<ObjectApi, 'get' | 'list' | 'watch'>;
  /** Of decryption keys and of credentials of sources. */
  readonly keys: KeyReader;
  /** Throws `MAYFLY_BROKER_STALE` when what is known of the objects may be too old. */
  checkFresh(): void;
  /** What only a cluster has. */
  readonly cluster: ClusterWorld | null;
}

export interface ClusterWorld {
  readonly tenancy: TenancyParts;
  readonly reviewer: TokenReviewer;
  readonly issuerKeys: ClusterKeys;
  readonly stores: StoreParts;
}
