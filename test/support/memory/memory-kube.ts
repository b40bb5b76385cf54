import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type {
  KubeApi,
  KubeName,
  KubeObject,
  KubePage,
  KubeQuery,
  KubeResource,
} from '#core/ports/kube/kube-api.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { Clock } from '#core/ports/time.ts';
import { createObjectStore, type ObjectStore } from './kube/object-store.ts';
import { createObjectWrites, type ObjectWrites } from './kube/object-writes.ts';
import {
  createRequestFaults,
  type KubeRequest,
  type KubeVerb,
  type RequestFaults,
} from './kube/request-faults.ts';
import { matchesQuery, metadataOf } from './kube/selectors.ts';
import { createWatchStreams, type WatchStreams } from './kube/watch-streams.ts';

/** An object as a test writes it. */
export interface GivenObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** An API server in memory, with the hands of everybody else who uses it. */
export interface MemoryKube extends KubeApi {
  /** Another connection to the same server, told apart in `requests` and in faults. */
  connect(client: string): KubeApi;
  readonly requests: readonly KubeRequest[];
  readonly faults: RequestFaults;
  readonly watches: WatchStreams;
  /** Fails the next request that matches, without effect. */
  failNext(matches: (request: KubeRequest) => boolean, error: MayflyError): void;
  /** The object, seen by the test and not through the port. */
  peek(target: KubeName): KubeObject | null;
  /** Creates the object, or replaces all but its identity, status included; as `kubectl`. */
  put(resource: KubeResource, object: GivenObject): KubeObject;
  /** Changes the object by a merge patch; as `kubectl`, or as whoever is named. */
  edit(target: KubeName, patch: object, by?: string): KubeObject;
  removeByHand(target: KubeName): void;
  /** Forgets old versions: watches and lists that go on from them are `MAYFLY_KUBE_EXPIRED`. */
  compact(): void;
}

interface Parts {
  readonly store: ObjectStore;
  readonly writes: ObjectWrites;
  readonly faults: RequestFaults;
  readonly watches: WatchStreams;
  /** Lists that are being read page by page, as they were when they began. */
  readonly snapshots: Map<string, KubePage>;
}

const manager = 'mayfly';

export function createMemoryKube(clock: Clock): MemoryKube {
  const store = createObjectStore();
  const writes = createObjectWrites(store, clock);
  const faults = createRequestFaults();
  const watches = createWatchStreams(store, clock);
  const snapshots = new Map<string, KubePage>();
  const parts = { store, writes, faults, watches, snapshots };

  function peek({ resource, namespace, name }: KubeName): KubeObject | null {
    return store.find(resource, namespace, name)?.object ?? null;
  }

  function edit(target: KubeName, patch: object, by = 'kubectl'): KubeObject {
    const written = writes.patch(target, patch, { manager: by });
    if (!('status' in patch)) return written;
    return writes.patch(target, patch, { manager: by, subresource: 'status' });
  }

  function put(resource: KubeResource, object: GivenObject): KubeObject {
    const { name, namespace } = object.metadata;
    const target = { resource, name, ...(namespace === undefined ? {} : { namespace }) };
    const live = peek(target);
    if (live === null) {
      const made = writes.create(target, object, { manager: 'kubectl' });
      return 'status' in object ? edit(target, { status: object['status'] }) : made;
    }
    const { resourceVersion } = live.metadata;
    const whole = { ...object, metadata: { ...object.metadata, resourceVersion } };
    const written = writes.replace(target, whole, { manager: 'kubectl' });
    return 'status' in object ? edit(target, { status: object['status'] }) : written;
  }

  return {
    ...connect(parts, 'test'),
    connect: (client) => connect(parts, client),
    requests: faults.requests,
    faults,
    watches,
    failNext: faults.failNext,
    peek,
    put,
    edit,
    removeByHand: (target) => writes.remove(target, undefined),
    compact: () => {
      store.compact();
      snapshots.clear();
    },
  };
}

function connect({ store, writes, faults, watches, snapshots }: Parts, client: string): KubeApi {
  function request(verb: KubeVerb, target: KubeName | KubeQuery, call: object): KubeRequest {
    const { namespace } = target;
    const { as, subresource }: { as?: { user: string }; subresource?: string } = call;
    return {
      verb,
      resource: target.resource.plural,
      client,
      ...('name' in target ? { name: target.name } : {}),
      ...(namespace === undefined ? {} : { namespace }),
      ...(as === undefined ? {} : { as: as.user }),
      ...(subresource === undefined ? {} : { subresource }),
    };
  }

  return {
    get: (target, call) =>
      faults.run(request('get', target, call), call.signal, () => {
        const { resource, namespace, name } = target;
        const object = store.find(resource, namespace, name)?.object ?? null;
        return object !== null && call.metadataOnly === true ? metadataOf(object) : object;
      }),
    list: (query, call) =>
      faults.run(request('list', query, call), call.signal, () =>
        cutPage(call.next === undefined ? listAll(store, query) : goOn(snapshots, call.next), {
          limit: call.limit,
          snapshots,
        }),
      ),
    async *watch(query, call) {
      await faults.run(request('watch', query, call), call.signal, () => null);
      yield* watches.open(query, call);
    },
    create: (target, body, call) =>
      faults.run(request('create', target, call), call.signal, () =>
        writes.create(target, body, { manager }),
      ),
    apply: (target, body, call) =>
      faults.run(request('apply', target, call), call.signal, () =>
        writes.apply(target, body, { manager, on: call.on }),
      ),
    patch: (target, body, call) =>
      faults.run(request('patch', target, call), call.signal, () =>
        writes.patch(target, body, { manager, on: call.on, subresource: call.subresource }),
      ),
    replace: (target, body, call) =>
      faults.run(request('replace', target, call), call.signal, () =>
        writes.replace(target, body, { manager }),
      ),
    requestToken: ({ namespace, name, audience }, call) =>
      faults.run(request('create', tokenTarget({ namespace, name }), call), call.signal, () =>
        SecretBytes.take(Buffer.from(`token of ${namespace}/${name} for ${audience ?? 'itself'}`)),
      ),
    delete: (target, call) =>
      faults.run(request('delete', target, call), call.signal, () => {
        writes.remove(target, call.on);
      }),
  };
}

function tokenTarget(account: { readonly namespace: string; readonly name: string }): KubeName {
  const plural = 'serviceaccounts/token';
  return { resource: { group: '', version: 'v1', plural, kind: 'TokenRequest' }, ...account };
}

function listAll(store: ObjectStore, query: KubeQuery): KubePage {
  const items = store
    .findAll(query.resource)
    .filter((object) => matchesQuery(query, object))
    .map((object) => (query.metadataOnly === true ? metadataOf(object) : asListed(query, object)));
  return { items, resourceVersion: String(store.version) };
}

/** In lists of built-in kinds the items do not say what they are. */
function asListed({ resource }: KubeQuery, object: KubeObject): KubeObject {
  if (resource.group.includes('mayfly')) return object;
  const { apiVersion: _, kind: __, ...rest } = object;
  return rest;
}

function goOn(snapshots: ReadonlyMap<string, KubePage>, next: string): KubePage {
  const rest = snapshots.get(next);
  if (rest === undefined) throw createError('MAYFLY_KUBE_EXPIRED', { what: 'list' });
  return rest;
}

function cutPage(
  { items, resourceVersion }: KubePage,
  { limit, snapshots }: { readonly limit: number; readonly snapshots: Map<string, KubePage> },
): KubePage {
  if (items.length <= limit) return { items, resourceVersion };
  const next = `page-${snapshots.size + 1}`;
  snapshots.set(next, { items: items.slice(limit), resourceVersion });
  return { items: items.slice(0, limit), resourceVersion, next };
}
