import type { Condition } from '#core/api/status/condition.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';

export const worldNamespace = 'shop';

/** A Secret as anybody sees it who may. */
export interface SeenSecret {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly values: Readonly<Record<string, string>>;
  /** When its lease ends, in milliseconds. */
  readonly expiresAt: number;
}

export interface SeenEvent {
  readonly reason: string;
  readonly note: string;
  readonly regarding: string;
}

/** What an administrator finds in the cluster, past every proxy. */
export interface WorldView {
  /** The Secrets of Mayfly's, by name. */
  readSecrets(): Promise<ReadonlyMap<string, SeenSecret>>;
  readValues(name: string): Promise<Readonly<Record<string, string>> | null>;
  /** The status of an object, such as `ephemeralsecrets/all`. */
  readStatus(place: string): Promise<Readonly<Record<string, unknown>>>;
  /** One condition of it. */
  readCondition(place: string, type: string): Promise<Condition | null>;
  readEvents(): Promise<readonly SeenEvent[]>;
  /** Who leads by the Lease of the election; empty for nobody. */
  readLeader(): Promise<string>;
}

interface RawObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

export function createView(cluster: Cluster): WorldView {
  async function read<T>(path: string): Promise<T | null> {
    const { status, body } = await cluster.request({ path });
    return status === 200 ? (body as T) : null;
  }

  async function readSecrets(): Promise<ReadonlyMap<string, SeenSecret>> {
    const path = `/api/v1/namespaces/${worldNamespace}/secrets?labelSelector=mayfly.dev/managed%3Dtrue`;
    const found = await read<{ items: readonly (RawObject & { data?: Values })[] }>(path);
    if (found === null) throw new Error('the Secrets cannot be listed');
    return new Map(found.items.map((one) => [one.metadata.name, renderSecret(one)]));
  }

  async function readStatus(place: string): Promise<Readonly<Record<string, unknown>>> {
    const path = `/apis/mayfly.dev/v1alpha1/namespaces/${worldNamespace}/${place}`;
    return (await read<{ status?: Record<string, unknown> }>(path))?.status ?? {};
  }

  return {
    readSecrets,
    readValues: async (name) => (await readSecrets()).get(name)?.values ?? null,
    readStatus,
    readCondition: async (place, type) => {
      const conditions = ((await readStatus(place))['conditions'] ?? []) as readonly Condition[];
      return conditions.find((one) => one.type === type) ?? null;
    },
    readEvents: async () => {
      const path = `/apis/events.k8s.io/v1/namespaces/${worldNamespace}/events`;
      const found = await read<{ items: readonly RawEvent[] }>(path);
      return (found?.items ?? []).map(({ reason, note, regarding }) => ({
        reason,
        note,
        regarding: regarding.name,
      }));
    },
    readLeader: async () => {
      const path = '/apis/coordination.k8s.io/v1/namespaces/mayfly-system/leases/mayfly-controller';
      const lease = await read<{ spec?: { holderIdentity?: string } }>(path);
      return lease?.spec?.holderIdentity ?? '';
    },
  };
}

type Values = Readonly<Record<string, string>>;

interface RawEvent {
  readonly reason: string;
  readonly note: string;
  readonly regarding: { readonly name: string };
}

function renderSecret({ metadata, data = {} }: RawObject & { data?: Values }): SeenSecret {
  const { name, uid, resourceVersion, annotations = {} } = metadata;
  const values = Object.entries(data).map(
    ([key, value]) => [key, Buffer.from(value, 'base64').toString()] as const,
  );
  return {
    name,
    uid,
    resourceVersion,
    values: Object.fromEntries(values),
    expiresAt: Date.parse(annotations['mayfly.dev/expires-at'] ?? ''),
  };
}
