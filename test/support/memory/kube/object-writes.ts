import { createError } from '#core/errors/mayfly-error.ts';
import type {
  DeletePrecondition,
  KubeMeta,
  KubeName,
  KubeObject,
  KubePrecondition,
} from '#core/ports/kube/kube-api.ts';
import type { Clock } from '#core/ports/time.ts';
import { applyFields, ownUpdate, renderOwners, type OwnedObject } from './field-owners.ts';
import { isEqual, mapAt, mergePatch, type JsonMap } from './json-tree.ts';
import type { ObjectStore } from './object-store.ts';
import { checkSecret, withSecretDefaults } from './secret-rules.ts';

/** How a write is made. */
export interface WriteOptions {
  readonly on?: KubePrecondition | undefined;
  readonly subresource?: 'status' | undefined;
  /** Who owns the fields afterwards. */
  readonly manager: string;
}

/** Writes as the registry of the API server does them: identity, preconditions, generation, owners, finalizers. */
export interface ObjectWrites {
  create(target: KubeName, body: object, options: WriteOptions): KubeObject;
  /** Null, or an object that this one becomes whole; without changes nothing is written. */
  replace(target: KubeName, body: object, options: WriteOptions): KubeObject;
  patch(target: KubeName, body: object, options: WriteOptions): KubeObject;
  apply(target: KubeName, body: object, options: WriteOptions): KubeObject;
  remove(target: KubeName, on: DeletePrecondition | undefined): void;
}

export function createObjectWrites(store: ObjectStore, clock: Clock): ObjectWrites {
  return new Writes(store, clock);
}

class Writes implements ObjectWrites {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  #created = 0;

  constructor(store: ObjectStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  create(target: KubeName, body: object, options: WriteOptions): KubeObject {
    const what = nameOf('create', target);
    if (this.#find(target) !== null) throw createError('MAYFLY_KUBE_EXISTS', { what });
    if (mapAt(body, 'metadata')['resourceVersion'] !== undefined) {
      throw createError('MAYFLY_KUBE_REFUSED', { what, reason: 'BadRequest' });
    }
    const { status: _, ...given } = { status: {}, ...body };
    const fresh = this.#identify(target, given);
    const owners = ownUpdate(null, fresh, `${options.manager}/Update`);
    return this.#write(target, null, { object: fresh, owners });
  }

  replace(target: KubeName, body: object, options: WriteOptions): KubeObject {
    const what = nameOf('replace', target);
    const live = this.#require(target, what);
    const { uid, resourceVersion } = mapAt(body, 'metadata');
    if (typeof resourceVersion !== 'string') {
      throw createError('MAYFLY_KUBE_REFUSED', { what, reason: 'Invalid' });
    }
    const on = { uid: typeof uid === 'string' ? uid : live.object.metadata.uid, resourceVersion };
    checkPrecondition(live.object, on, what);
    return this.#update(target, live, { ...options, body });
  }

  patch(target: KubeName, body: object, options: WriteOptions): KubeObject {
    const what = nameOf('patch', target);
    const live = this.#require(target, what);
    checkPrecondition(live.object, options.on, what);
    const merged = mergePatch(live.object, { ...body });
    return this.#update(target, live, { ...options, body: { ...merged } });
  }

  apply(target: KubeName, body: object, options: WriteOptions): KubeObject {
    const what = nameOf('apply', target);
    const live = this.#find(target);
    if (live === null && options.on !== undefined)
      throw createError('MAYFLY_KUBE_CONFLICT', { what });
    if (live !== null) checkPrecondition(live.object, options.on, what);
    const { status: _, ...given } = { status: {}, ...body };
    const before = live ?? { object: this.#identify(target, {}), owners: new Map() };
    return this.#write(target, live, applyFields(before, given, `${options.manager}/Apply`));
  }

  remove(target: KubeName, on: DeletePrecondition | undefined): void {
    const live = this.#find(target);
    if (live === null) return;
    const { object, owners } = live;
    checkPrecondition(object, on, nameOf('delete', target));
    if ((object.metadata.finalizers ?? []).length === 0) {
      this.#store.remove(target.resource, object);
    } else if (object.metadata.deletionTimestamp === undefined) {
      const metadata = { ...object.metadata, deletionTimestamp: this.#timestamp() };
      this.#store.put(target.resource, { ...object, metadata }, owners);
    }
  }

  /** Everything the server itself writes stays as it was; status is written by its own request alone. */
  #update(target: KubeName, live: OwnedObject, write: WriteOptions & { body: object }): KubeObject {
    const given: JsonMap = { ...write.body };
    const isStatus = write.subresource === 'status';
    const { status: _, ...bare } = isStatus ? live.object : given;
    const status = isStatus ? given['status'] : live.object['status'];
    const { apiVersion, kind } = live.object;
    const metadata = keepServerFields(mapAt(bare, 'metadata'), live.object);
    const beside = status === undefined ? {} : { status };
    const object = { ...bare, ...beside, ...defined({ apiVersion, kind }), metadata };
    const owners = ownUpdate(live, object, `${write.manager}/Update`);
    return this.#write(target, live, { object, owners });
  }

  #write(target: KubeName, live: OwnedObject | null, next: OwnedObject): KubeObject {
    const before = live?.object ?? null;
    const object = finish(target, before, next);
    if (before !== null && isEqual(before, object)) return before;
    if (!isDoneFor(object)) return this.#store.put(target.resource, object, next.owners);
    this.#store.remove(target.resource, object);
    return object;
  }

  #identify({ resource, namespace, name }: KubeName, body: object): KubeObject {
    this.#created += 1;
    const { group, version, kind } = resource;
    return {
      ...body,
      apiVersion: group === '' ? version : `${group}/${version}`,
      kind,
      metadata: {
        ...mapAt(body, 'metadata'),
        ...(namespace === undefined ? {} : { namespace }),
        name,
        uid: `00000000-0000-4000-8000-${String(this.#created).padStart(12, '0')}`,
        resourceVersion: '',
        creationTimestamp: this.#timestamp(),
      },
    };
  }

  #timestamp(): string {
    return new Date(this.#clock.now()).toISOString().replace(/\.\d+Z$/u, 'Z');
  }

  #find({ resource, namespace, name }: KubeName): OwnedObject | null {
    return this.#store.find(resource, namespace, name);
  }

  #require(target: KubeName, what: string): OwnedObject {
    const live = this.#find(target);
    if (live === null) throw createError('MAYFLY_KUBE_NOT_FOUND', { what });
    return live;
  }
}

/** The object as it is stored: checked, with what the server itself counts. */
function finish(target: KubeName, before: KubeObject | null, next: OwnedObject): KubeObject {
  const isSecret = target.resource.kind === 'Secret';
  const object = isSecret ? withSecretDefaults(next.object) : next.object;
  if (isSecret) checkSecret(before, object, nameOf('write', target));
  const generation = nextGeneration(target, before, object);
  const managedFields = renderOwners(next.owners, String(object.apiVersion));
  return { ...object, metadata: { ...object.metadata, ...generation, managedFields } };
}

/** Marked for deletion, and nobody holds it any more. */
function isDoneFor({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0;
}

function checkPrecondition(
  { metadata }: KubeObject,
  on: DeletePrecondition | undefined,
  what: string,
): void {
  if (on === undefined) return;
  const { uid, resourceVersion = metadata.resourceVersion } = on;
  if (uid === metadata.uid && resourceVersion === metadata.resourceVersion) return;
  throw createError('MAYFLY_KUBE_CONFLICT', { what });
}

/** Counts changes of what is asked for, neither of metadata nor of status. Leases and Secrets have none. */
function nextGeneration(
  { resource }: KubeName,
  before: KubeObject | null,
  after: KubeObject,
): { readonly generation?: number } {
  if (after['spec'] === undefined || resource.group === 'coordination.k8s.io') return {};
  if (before === null) return { generation: 1 };
  const old = before.metadata.generation ?? 0;
  return { generation: isEqual(askedFor(before), askedFor(after)) ? old : old + 1 };
}

function askedFor(object: KubeObject): object {
  const { metadata: _, status: __, ...rest } = { status: {}, ...object };
  return rest;
}

/** Labels, annotations, finalizers and owners as asked; what identifies the object as it was. */
function keepServerFields(asked: JsonMap, { metadata }: KubeObject): KubeMeta {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const { generation, deletionTimestamp, managedFields } = metadata;
  const identity = { name, uid, resourceVersion };
  const given = { namespace, creationTimestamp, generation, deletionTimestamp, managedFields };
  return { ...defined(asked), ...defined(given), ...identity };
}

function defined<T extends object>(map: T): Partial<T> {
  const entries = Object.entries(map).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}

function nameOf(verb: string, { resource, namespace, name }: KubeName): string {
  const place = namespace === undefined ? '' : `${namespace}/`;
  return `${verb} ${resource.plural} ${place}${name}`;
}
