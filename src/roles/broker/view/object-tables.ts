import { formatRef, type KindName, type StoredObject } from '#core/api/object.ts';
import type { TokenIssuer } from '#core/api/token-issuer.ts';
import type { NamespaceTenancy } from '#core/broker/broker-parts.ts';
import type { NamespaceLabels } from '#core/ports/kube/namespace-labels.ts';
import type { ObjectApi } from '#core/ports/object-api.ts';
import type { Clock, Instant } from '#core/ports/time.ts';
import { doesPolicySelect, viewPolicy, type PolicyView } from '#core/tenancy/policy-view.ts';
import { rememberBy } from '#platform/state/remember-by.ts';
import { wait } from '#platform/time/wait.ts';
import { checkRead } from './check-fresh.ts';
import type { ObjectTables } from './create-view.ts';
import { keepers, type KeptKind, type KeptObject } from './keep-objects.ts';

export interface FollowedTables extends ObjectTables {
  /** Reads again what changes, until the signal ends it. */
  follow(signal: AbortSignal): Promise<void>;
}

export interface ObjectTablesDeps {
  /** What there is has to be known already. */
  readonly objects: Pick<ObjectApi, 'list' | 'watch'>;
  /** Null without a cluster: there everything is the administrator's, and no TenantPolicy is looked for. */
  readonly namespaces: NamespaceLabels | null;
  readonly clock: Clock;
  checkFresh(): void;
  onFault(error: unknown): void;
}

interface Table<T> {
  readonly kind: KindName;
  get(key: string): T | null;
  /** The same array until it was read again. */
  list(): readonly T[];
  /** When it does not work, what was read before stays. */
  readAgain(): Promise<void>;
  /** Since when what is kept is not all that there is; null when it is. */
  missingSince(): Instant | null;
}

/** From a look that failed to the next one. */
const retryMs = 1_000;

/** Keeps what the broker decides by, each object read once. Rejects when the objects cannot be listed. */
export async function openObjectTables(deps: ObjectTablesDeps): Promise<FollowedTables> {
  const { namespaces, clock } = deps;
  const tables = createTables(deps);
  const policies = createTable(deps, 'TenantPolicy', viewPolicy);
  const all: readonly Table<unknown>[] = [
    ...Object.values(tables),
    ...(namespaces === null ? [] : [policies]),
  ];
  await Promise.all(all.map(async (table) => await table.readAgain()));
  function issuers(): readonly TokenIssuer[] {
    return tables.TokenIssuer.list();
  }
  return {
    issuers,
    find: (kind, namespace, name) => tables[kind].get(formatRef({ namespace, name })),
    readTenancy: (name) =>
      namespaces === null ? null : readTenancy(namespaces, policies.list(), name),
    checkFresh: () => {
      deps.checkFresh();
      for (const table of all) checkRead(table.kind, table.missingSince(), clock);
    },
    async follow(signal): Promise<void> {
      await Promise.all(all.map(async (table) => await followTable(deps, table, signal)));
    },
  };
}

type TableDeps = Pick<ObjectTablesDeps, 'objects' | 'clock'>;

function createTables(deps: TableDeps): {
  readonly [K in KeptKind]: Table<KeptObject[K]>;
} {
  return {
    TokenIssuer: createTable(deps, 'TokenIssuer', keepers.TokenIssuer),
    AccessPolicy: createTable(deps, 'AccessPolicy', keepers.AccessPolicy),
    ClusterAccessPolicy: createTable(deps, 'ClusterAccessPolicy', keepers.ClusterAccessPolicy),
    Store: createTable(deps, 'Store', keepers.Store),
    ClusterStore: createTable(deps, 'ClusterStore', keepers.ClusterStore),
  };
}

function createTable<T>(
  { objects, clock }: TableDeps,
  kind: KindName,
  keep: (object: StoredObject) => T | null,
): Table<T> {
  const readOnce = rememberBy(keep);
  let kept: ReadonlyMap<string, T> = new Map();
  let values: readonly T[] = [];
  let missingSince: Instant | null = null;

  function read(object: StoredObject): readonly (readonly [string, T])[] {
    const value = readOnce(object);
    return value === null ? [] : [[formatRef(object.metadata), value]];
  }

  return {
    kind,
    get: (key) => kept.get(key) ?? null,
    list: () => values,
    async readAgain(): Promise<void> {
      try {
        kept = new Map((await objects.list(kind)).flatMap(read));
        values = [...kept.values()];
        missingSince = null;
      } catch (error) {
        missingSince ??= clock.now();
        throw error;
      }
    },
    missingSince: () => missingSince,
  };
}

/** Of changes that come together one look is enough; what comes during a look has another one, as has one that failed. */
async function followTable(
  deps: ObjectTablesDeps,
  table: Table<unknown>,
  signal: AbortSignal,
): Promise<void> {
  let isDue = false;
  async function look(): Promise<void> {
    await Promise.resolve();
    isDue = false;
    await table.readAgain();
  }
  function onChange(): void {
    if (isDue) return;
    isDue = true;
    look().catch((error: unknown) => {
      deps.onFault(error);
      wait(deps.clock, retryMs, signal).then(onChange, () => undefined);
    });
  }
  const watching = deps.objects.watch(table.kind, onChange, signal);
  onChange();
  await watching;
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
