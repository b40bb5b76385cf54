import { hostname } from 'node:os';
import { createKubeKeys } from '#adapters/kube/keys/kube-keys.ts';
import { createKubeNamespaces } from '#adapters/kube/namespaces/create-kube-namespaces.ts';
import { createKubeObjects } from '#adapters/kube/objects/kube-objects.ts';
import { createKubePodGates } from '#adapters/kube/pods/gated-pods.ts';
import { createKubePods } from '#adapters/kube/pods/kube-pods.ts';
import { createKubeWorkloads } from '#adapters/kube/workloads/kube-workloads.ts';
import { createKubeSecrets } from '#adapters/kube/secrets/kube-secrets.ts';
import { kindNames } from '#core/api/object.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { Configuration } from '#platform/config/schema.ts';
import type { ReflectorFault } from '#platform/kube/reflector/create-reflector.ts';
import type { Logger } from '#platform/log/logger.ts';
import type { ClusterTools } from '../cluster/compose.ts';
import type { LedCluster } from '../cluster/lead-cluster.ts';
import { createControllerMemory } from './controller-memory.ts';
import type { ControllerParts } from './controller-parts.ts';
import { openSources } from '../sources/compose.ts';
import { createStoreParts } from '../stores/compose.ts';
import { readDefaults } from '../tenancy/read-defaults.ts';

/** What keeps up with the cluster. */
export interface Mirrors {
  /** Until the signal ends it. */
  run(signal: AbortSignal): Promise<void>;
  untilSynced(signal: AbortSignal): Promise<void>;
  isSynced(): boolean;
}

export interface ControllerAdapters {
  readonly mirrors: Mirrors;
  readonly parts: Omit<ControllerParts, 'enqueue'>;
}

export interface ControllerTools extends ClusterTools {
  readonly logger: Logger;
  readonly cluster: LedCluster;
  readonly digest: Digest;
  /** Ends every call that is under way. */
  readonly signal: AbortSignal;
}

export async function openAdapters(
  configuration: Configuration,
  tools: ControllerTools,
): Promise<ControllerAdapters> {
  const { clock, random, digest, cluster, signal } = tools;
  const { git } = configuration;
  const defaults = readDefaults(configuration);
  const { pods, gates, ...opened } = openMirrored(configuration, tools);
  const parts = {
    objects: opened.objects,
    sink: opened.secrets,
    keys: createKubeKeys({ api: cluster.fenced, clock, signal }),
    ...(await openSources(configuration, { clock })),
    clock,
    serverTime: cluster.serverTime,
    digest,
    memory: createControllerMemory(),
    options: {
      ttl: defaults.ttl,
      git: git.limits,
      maxFiles: git.limits.files,
      hooks: new Set<string>(),
      place: 'cluster',
      clusterLabels: configuration.cluster.labels ?? {},
    },
    usage: { ...pods, read: (namespace) => readUse(pods, gates, namespace) },
    gates,
    rollouts: { workloads: createKubeWorkloads({ api: cluster.fenced, signal }), random },
    stores: createStoreParts({
      clock,
      access: cluster.access,
      api: cluster.fenced,
      makeApi: (access) => cluster.makeApi(() => false, access),
    }),
    tenancy: { namespaces: opened.namespaces, defaults },
    onChange: async () => undefined,
  } satisfies Omit<ControllerParts, 'enqueue'>;
  return { mirrors: joinMirrors(Object.values(opened), [pods, gates]), parts };
}

interface Opened {
  readonly objects: ReturnType<typeof createKubeObjects>;
  readonly secrets: ReturnType<typeof createKubeSecrets>;
  readonly namespaces: ReturnType<typeof createKubeNamespaces>;
}

type Pods = ReturnType<typeof createKubePods>;
type Gates = ReturnType<typeof createKubePodGates>;

/** Where Secrets are made on demand, pods may wait for them. */
function readUse(pods: Pods, gates: Gates, namespace: string): ReturnType<Pods['read']> {
  gates.follow();
  return pods.read(namespace);
}

function openMirrored(
  { kube }: Configuration,
  { clock, random, logger, digest, cluster, signal }: ControllerTools,
): Opened & { readonly pods: Pods; readonly gates: Gates } {
  const api = cluster.fenced;
  const namespaces = kube.namespaces.length === 0 ? null : kube.namespaces;
  function reflectorOf(name: string): Parameters<typeof createKubeNamespaces>[0] {
    return { api, clock, random, onFault: (fault) => tellFault(logger, name, fault) };
  }
  return {
    objects: createKubeObjects(
      {
        api,
        clock,
        random,
        signal,
        onFault: (kind, fault) => tellFault(logger, kind, fault),
        onEventLost: ({ about: { namespace, name }, reason }, error) =>
          logger.debug('an event was not recorded', { namespace, name, reason, error }),
      },
      { kinds: kindNames, namespaces, instance: hostname() },
    ),
    secrets: createKubeSecrets(
      { api, digest, signal, reflector: reflectorOf('Secret') },
      { namespaces },
    ),
    namespaces: createKubeNamespaces(reflectorOf('Namespace')),
    pods: createKubePods(reflectorOf('Pod')),
    gates: createKubePodGates({ api, signal, reflector: reflectorOf('Pod') }, { namespaces }),
  };
}

function tellFault(logger: Logger, kind: string, { during, error }: ReflectorFault): void {
  logger.warn('what is known of the cluster may be old', { name: kind, reason: during, error });
}

/** Pods are followed when somebody asks, so nobody waits for them. */
function joinMirrors(
  all: readonly Opened[keyof Opened][],
  pods: readonly Pick<Mirrors, 'run'>[],
): Mirrors {
  return {
    run: async (signal) => {
      await Promise.all([...all, ...pods].map(async (mirror) => await mirror.run(signal)));
    },
    untilSynced: async (signal) => {
      await Promise.all(all.map(async (mirror) => await mirror.untilSynced(signal)));
    },
    isSynced: () => all.every((mirror) => mirror.health().synced),
  };
}
