import type { TokenIssuer } from '#core/api/token-issuer.ts';
import type { BrokerView, NamespaceTenancy } from '#core/broker/broker-parts.ts';
import type { KeptKind, KeptObject } from './keep-objects.ts';

/** Where the objects are kept, whichever way they came. */
export interface ObjectTables {
  find<K extends KeptKind>(kind: K, namespace: string, name: string): KeptObject[K] | null;
  /** The same array as long as nothing changed. */
  issuers(): readonly TokenIssuer[];
  /** Null without a cluster. */
  readTenancy(namespace: string): NamespaceTenancy | null;
  /** Throws `MAYFLY_BROKER_STALE`. */
  checkFresh(): void;
}

/** How references and callers name what is of the cluster: no namespace is looked at for it. */
const ofCluster = 'cluster/';

/** The objects by the names that callers and references have. */
export function createView(tables: ObjectTables): BrokerView {
  return {
    checkFresh: () => tables.checkFresh(),
    readTenancy: (namespace) => tables.readTenancy(namespace),
    findIssuer: (name) => tables.find('TokenIssuer', '', name),
    findPolicy(name) {
      if (name.startsWith(ofCluster)) {
        return tables.find('ClusterAccessPolicy', '', name.slice(ofCluster.length));
      }
      const [namespace = '', ...own] = name.split('/');
      return namespace === '' ? null : tables.find('AccessPolicy', namespace, own.join('/'));
    },
    findStore(namespace, name) {
      if (name.startsWith(ofCluster)) {
        return tables.find('ClusterStore', '', name.slice(ofCluster.length));
      }
      return namespace === '' ? null : tables.find('Store', namespace, name);
    },
  };
}
