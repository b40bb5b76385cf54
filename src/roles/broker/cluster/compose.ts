import { hostname } from 'node:os';
import { createKubeKeys } from '#adapters/kube/keys/kube-keys.ts';
import {
  createKubeNamespaces,
  type KubeNamespaces,
} from '#adapters/kube/namespaces/create-kube-namespaces.ts';
import { createKubeObjects, type KubeObjects } from '#adapters/kube/objects/kube-objects.ts';
import type { KindName } from '#core/api/object.ts';
import type { KubeApi } from '#core/ports/kube/kube-api.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { worstOf } from '#platform/kube/mirror/spread-reflector.ts';
import type { ReflectorFault } from '#platform/kube/reflector/create-reflector.ts';
import { openCluster } from '../../cluster/compose.ts';
import { createStoreParts } from '../../stores/compose.ts';
import { readDefaults } from '../../tenancy/read-defaults.ts';
import type { BrokerWorld } from '../broker-world.ts';
import type { BrokerTools } from '../compose.ts';
import { checkFresh } from '../view/check-fresh.ts';

/** What the broker decides by and reads from. It writes none of them. */
const kinds: readonly KindName[] = [
  'TokenIssuer',
  'AccessPolicy',
  'ClusterAccessPolicy',
  'Store',
  'ClusterStore',
  'TenantPolicy',
  'GitSource',
];

/** A cluster as the broker sees it. */
export interface MirroredWorld {
  readonly world: BrokerWorld;
  run(signal: AbortSignal): Promise<void>;
  untilSynced(signal: AbortSignal): Promise<void>;
}

/** Opens the cluster; nothing is asked of it yet. `signal` ends every call, at the very end. */
export async function openClusterWorld(
  configuration: Configuration,
  tools: BrokerTools & { readonly version: string },
  signal: AbortSignal,
): Promise<MirroredWorld> {
  const { clock } = tools;
  const cluster = await openCluster(configuration, tools);
  const api = cluster.makeApi(() => false);
  const mirrors = createMirrors(configuration, { ...tools, api, signal });
  const { objects, namespaces } = mirrors;
  const all = [objects, namespaces];
  return {
    world: {
      objects,
      keys: createKubeKeys({ api, clock, signal }),
      checkFresh: () => checkFresh(worstOf(all.map((one) => one.health())), clock),
      cluster: {
        tenancy: { namespaces, defaults: readDefaults(configuration) },
        reviewer: cluster.makeTokenReviewer(),
        issuerKeys: cluster.makeClusterKeys(configuration.election.namespace),
        stores: createStoreParts({
          clock,
          access: cluster.access,
          api: cluster.makeApi(() => true),
          makeApi: (access) => cluster.makeApi(() => false, access),
        }),
      },
    },
    async run(ending): Promise<void> {
      await Promise.all(all.map(async (one) => await one.run(ending)));
    },
    async untilSynced(ending): Promise<void> {
      await Promise.all(all.map(async (one) => await one.untilSynced(ending)));
    },
  };
}

interface MirrorTools extends BrokerTools {
  readonly api: KubeApi;
  readonly signal: AbortSignal;
}

function createMirrors(
  { kube }: Configuration,
  { clock, random, logger, api, signal }: MirrorTools,
): { readonly objects: KubeObjects; readonly namespaces: KubeNamespaces } {
  function tellFault(name: string, { during: reason, error }: ReflectorFault): void {
    logger.warn('what is known of the cluster may be old', { name, reason, error });
  }
  const namespaces = createKubeNamespaces({
    api,
    clock,
    random,
    onFault: (fault) => tellFault('Namespace', fault),
  });
  const objects = createKubeObjects(
    { api, clock, random, signal, onFault: tellFault, onEventLost: () => undefined },
    {
      kinds,
      namespaces: kube.namespaces.length === 0 ? null : kube.namespaces,
      instance: hostname(),
    },
  );
  return { objects, namespaces };
}
