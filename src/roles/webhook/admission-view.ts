import { ownResources } from '#core/api/kube-resources.ts';
import { kindResources, type KindName, type StoredObject } from '#core/api/object.ts';
import { parseStore, type Store } from '#core/api/store.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { InjectionContext } from '#core/injection/injection-context.ts';
import type { InjectionSettings } from '#core/injection/settings.ts';
import type { KubeObject } from '#core/ports/kube/kube-api.ts';
import type { NamespaceLabels } from '#core/ports/kube/namespace-labels.ts';
import { doesPolicySelect, viewPolicy } from '#core/tenancy/policy-view.ts';
import type { Supply } from '#core/usage/pod-gate.ts';
import {
  createGroupedReflector,
  type GroupedReflector,
} from '#platform/kube/mirror/grouped-reflector.ts';
import type { ObjectVersion } from '#platform/kube/mirror/object-version.ts';
import type { ReflectorDeps } from '#platform/kube/reflector/create-reflector.ts';
import { readSupply } from './read-supply.ts';

/** What the webhook decides by: read-only, in memory, kept up with by watches. */
export interface ClusterView {
  /** Throws `MAYFLY_WEBHOOK_NOT_READY` before the first list, `MAYFLY_TENANCY_NAMESPACE_UNKNOWN` for a new namespace. */
  contextOf(namespace: string): InjectionContext;
  suppliesOf(namespace: string): readonly Supply[];
  isSynced(): boolean;
  run(signal: AbortSignal): Promise<void>;
  untilSynced(signal: AbortSignal): Promise<void>;
}

export interface ClusterViewDeps {
  /** The mirror of one kind by its name, for faults to be told by. */
  reflectorOf(name: string): ReflectorDeps;
  readonly namespaces: NamespaceLabels & Running;
  /** What is kept of an object as the API server has it. */
  readObject(kind: KindName, object: KubeObject): StoredObject;
}

export interface ClusterViewOptions {
  /** As they are now. */
  settings(): InjectionSettings;
  /** The namespaces that are looked at; null for all. */
  readonly namespaces: readonly string[] | null;
}

type Running = Pick<ClusterView, 'run' | 'untilSynced'> & {
  health(): { readonly synced: boolean };
};

type Kept<T> = ObjectVersion & { readonly value: T };

export function createClusterView(deps: ClusterViewDeps, options: ClusterViewOptions): ClusterView {
  const stores = mirror(deps, options.namespaces, { kind: 'Store', read: readStore });
  const clusterStores = mirror(deps, options.namespaces, { kind: 'ClusterStore', read: readStore });
  const policies = mirror(deps, options.namespaces, { kind: 'TenantPolicy', read: viewPolicy });
  const supplies = mirror(deps, options.namespaces, { kind: 'EphemeralSecret', read: readSupply });
  const all: readonly Running[] = [stores, clusterStores, policies, supplies, deps.namespaces];

  function findStore(namespace: string, name: string): Store | null {
    const ofCluster = /^cluster\/(.+)$/u.exec(name)?.[1];
    const kept =
      ofCluster === undefined ? stores.get(namespace, name) : clusterStores.get('', ofCluster);
    return kept?.value ?? null;
  }

  function checkSynced(): void {
    if (!isSynced()) throw createError('MAYFLY_WEBHOOK_NOT_READY', {});
  }

  function isSynced(): boolean {
    return all.every((one) => one.health().synced);
  }

  return {
    isSynced,
    contextOf(name): InjectionContext {
      checkSynced();
      const labels = deps.namespaces.read(name);
      if (labels === null)
        throw createError('MAYFLY_TENANCY_NAMESPACE_UNKNOWN', { namespace: name });
      const namespace = { name, labels };
      const views = policies.list().map(({ value }) => value);
      const selecting = views.filter((view) => doesPolicySelect(view, namespace));
      return {
        namespace,
        settings: options.settings(),
        findStore: (store) => findStore(name, store),
        policies: selecting,
      };
    },
    suppliesOf(namespace): readonly Supply[] {
      checkSynced();
      return supplies.inGroup(namespace).flatMap(({ value }) => value ?? []);
    },
    async run(signal): Promise<void> {
      await Promise.all(all.map(async (one) => await one.run(signal)));
    },
    async untilSynced(signal): Promise<void> {
      await Promise.all(all.map(async (one) => await one.untilSynced(signal)));
    },
  };
}

/** One that is wrong is to pods as one that is not there; its own condition says what is wrong with it. */
function readStore(object: StoredObject): Store | null {
  const parsed = parseStore(object);
  return parsed.kind === 'valid' ? parsed.value : null;
}

interface MirrorOptions<T> {
  readonly kind: KindName;
  read(object: StoredObject): T;
}

/** Objects are read once, when they come, and found by their namespace. */
function mirror<T>(
  deps: ClusterViewDeps,
  namespaces: readonly string[] | null,
  options: MirrorOptions<T>,
): GroupedReflector<Kept<T>> {
  const { kind } = options;
  const isOfCluster = kindResources[kind].scope === 'Cluster';
  return createGroupedReflector<Kept<T>>(deps.reflectorOf(kind), {
    query: { resource: ownResources[kind] },
    namespaces: isOfCluster ? null : namespaces,
    keep(object): Kept<T> {
      const stored = deps.readObject(kind, object);
      const { namespace, name, uid, resourceVersion } = stored.metadata;
      return { namespace, name, uid, resourceVersion, value: options.read(stored) };
    },
    groupOf: ({ namespace, value }) => (value === null ? null : namespace),
    onChange: () => undefined,
  });
}
