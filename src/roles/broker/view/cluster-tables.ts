import { ownResources } from '#core/api/kube-resources.ts';
import type { KindName, StoredObject } from '#core/api/object.ts';
import type { TokenIssuer } from '#core/api/token-issuer.ts';
import type { NamespaceTenancy } from '#core/broker/broker-parts.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { NamespaceLabels } from '#core/ports/kube/namespace-labels.ts';
import type { ReflectorHealth } from '#core/ports/kube/reflector.ts';
import type { Clock } from '#core/ports/time.ts';
import { doesPolicySelect, viewPolicy, type PolicyView } from '#core/tenancy/policy-view.ts';
import {
  createSpreadReflector,
  worstOf,
  type SpreadReflector,
} from '#platform/kube/mirror/spread-reflector.ts';
import type { ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';
import type { ObjectTables } from './create-view.ts';
import { keepers, type KeptKind, type KeptObject } from './keep-objects.ts';

export interface ClusterTables extends ObjectTables {
  isSynced(): boolean;
  run(signal: AbortSignal): Promise<void>;
  untilSynced(signal: AbortSignal): Promise<void>;
}

type Running = Pick<ClusterTables, 'run' | 'untilSynced'> & { health(): ReflectorHealth };

export interface ClusterTablesDeps {
  /** The mirror of one kind by its name, for faults to be told by. */
  reflectorOf(name: string): ReflectorDeps;
  readonly namespaces: NamespaceLabels & Running;
  /** What is kept of an object as the API server has it. */
  readObject(kind: KindName, object: KubeObject): StoredObject;
  readonly clock: Clock;
}

/** Without a word of the API server for so long, nobody knows what was taken back meanwhile. */
const freshMs = 60_000;

type Mirrors = { readonly [K in KeptKind]: SpreadReflector<KeptObject[K] | null> };

/** The objects of a cluster, kept up with by watches. `namespaces` are those that are looked at; null for all. */
export function createClusterTables(
  deps: ClusterTablesDeps,
  namespaces: readonly string[] | null,
): ClusterTables {
  let issuers: readonly TokenIssuer[] | null = null;
  function forgetIssuers(): void {
    issuers = null;
  }
  const mirrors: Mirrors = {
    TokenIssuer: mirror(deps, {
      kind: 'TokenIssuer',
      keep: keepers.TokenIssuer,
      namespaces: null,
      onChange: forgetIssuers,
    }),
    AccessPolicy: mirror(deps, { kind: 'AccessPolicy', keep: keepers.AccessPolicy, namespaces }),
    ClusterAccessPolicy: mirror(deps, {
      kind: 'ClusterAccessPolicy',
      keep: keepers.ClusterAccessPolicy,
      namespaces: null,
    }),
    Store: mirror(deps, { kind: 'Store', keep: keepers.Store, namespaces }),
    ClusterStore: mirror(deps, {
      kind: 'ClusterStore',
      keep: keepers.ClusterStore,
      namespaces: null,
    }),
  };
  const policies = mirror(deps, { kind: 'TenantPolicy', keep: viewPolicy, namespaces: null });
  const all: readonly Running[] = [...Object.values(mirrors), policies, deps.namespaces];
  return {
    find: (kind, namespace, name) => mirrors[kind].get(namespace, name),
    issuers: () => (issuers ??= mirrors.TokenIssuer.list().filter((each) => each !== null)),
    readTenancy: (namespace) => readTenancy(deps.namespaces, policies.list(), namespace),
    checkFresh: () => checkFresh(worstOf(all.map((one) => one.health())), deps.clock),
    isSynced: () => all.every((one) => one.health().synced),
    async run(signal): Promise<void> {
      await Promise.all(all.map(async (one) => await one.run(signal)));
    },
    async untilSynced(signal): Promise<void> {
      await Promise.all(all.map(async (one) => await one.untilSynced(signal)));
    },
  };
}

interface MirrorOptions<T> {
  readonly kind: KindName;
  readonly namespaces: readonly string[] | null;
  keep(object: StoredObject): T;
  onChange?(): void;
}

/** Objects are read once, when they come. */
function mirror<T>(deps: ClusterTablesDeps, options: MirrorOptions<T>): SpreadReflector<T> {
  const { kind, namespaces } = options;
  return createSpreadReflector<T>(deps.reflectorOf(kind), {
    query: { resource: ownResources[kind] },
    namespaces,
    keep: (object) => options.keep(deps.readObject(kind, object)),
    onChange: () => options.onChange?.(),
  });
}

/** Of a namespace that is not there nothing selects: the closed defaults decide. */
function readTenancy(
  namespaces: NamespaceLabels,
  policies: readonly PolicyView[],
  name: string,
): NamespaceTenancy {
  const namespace = { name, labels: namespaces.read(name) ?? {} };
  return { namespace, policies: policies.filter((view) => doesPolicySelect(view, namespace)) };
}

function checkFresh({ synced, heardAt }: ReflectorHealth, clock: Clock): void {
  const isFresh = synced && heardAt !== null && clock.now() - heardAt <= freshMs;
  if (isFresh) return;
  const reason = synced ? 'the API server was not heard of for a minute' : 'not listed yet';
  throw createError('MAYFLY_BROKER_STALE', { reason });
}
