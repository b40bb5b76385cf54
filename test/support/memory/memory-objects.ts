import {
  apiVersion,
  formatRef,
  type KindName,
  type ObjectRef,
  type StoredObject,
} from '#core/api/object.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { ObjectApi, ObjectEvent } from '#core/ports/object-api.ts';
import { createPortSteps, type PortSteps } from './port-steps.ts';

/** An {@link ObjectApi} in memory, with the hands of the person who writes objects. */
export interface MemoryObjects extends ObjectApi {
  /** How often a status was really written. */
  readonly statusWrites: number;
  readonly events: readonly ObjectEvent[];
  /** The object, seen by the test and not through the port. */
  peek(ref: ObjectRef): StoredObject | null;
  /** Creates the object, or replaces its spec. */
  put(ref: ObjectRef, spec: object): void;
  annotate(ref: ObjectRef, annotations: Readonly<Record<string, string>>): void;
  delete(ref: ObjectRef): void;
}

export function createMemoryObjects(steps: PortSteps = createPortSteps()): MemoryObjects {
  return new Objects(steps);
}

interface Watcher {
  readonly kind: KindName;
  readonly onChange: (ref: ObjectRef) => void;
}

class Objects implements MemoryObjects {
  readonly #steps: PortSteps;
  readonly #stored = new Map<string, StoredObject>();
  readonly #watchers = new Set<Watcher>();
  readonly events: ObjectEvent[] = [];
  #versions = 0;
  statusWrites = 0;

  constructor(steps: PortSteps) {
    this.#steps = steps;
  }

  async get(ref: ObjectRef): Promise<StoredObject | null> {
    this.#steps.step('objects.get');
    return this.peek(ref);
  }

  peek(ref: ObjectRef): StoredObject | null {
    return this.#stored.get(keyOf(ref)) ?? null;
  }

  async list(kind: KindName): Promise<readonly StoredObject[]> {
    this.#steps.step('objects.list');
    return [...this.#stored.values()].filter((object) => object.kind === kind);
  }

  async writeStatus(ref: ObjectRef, status: object, resourceVersion: string): Promise<void> {
    this.#steps.step('objects.writeStatus');
    const object = this.#stored.get(keyOf(ref));
    if (object === undefined || object.metadata.resourceVersion !== resourceVersion) {
      throw createError('MAYFLY_OBJECT_CONFLICT', { kind: ref.kind, object: formatRef(ref) });
    }
    if (isEqual(object.status, status)) return;
    this.statusWrites += 1;
    this.#store(ref, { ...object, status: structuredClone(status) });
    this.#steps.step('objects.writeStatus done');
  }

  async recordEvent(event: ObjectEvent): Promise<void> {
    this.#steps.step('objects.recordEvent');
    this.events.push(event);
  }

  async watch(
    kind: KindName,
    onChange: (ref: ObjectRef) => void,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return;
    const watcher = { kind, onChange };
    this.#watchers.add(watcher);
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#watchers.delete(watcher);
  }

  put(ref: ObjectRef, spec: object): void {
    const before = this.#stored.get(keyOf(ref));
    const isSame = before !== undefined && isEqual(before.spec, spec);
    if (isSame) return;
    const metadata = before?.metadata ?? {
      namespace: ref.namespace,
      name: ref.name,
      uid: `${ref.name}-${this.#versions + 1}`,
      resourceVersion: '',
      generation: 0,
      labels: {},
      annotations: {},
      creationTimestamp: '2026-01-01T00:00:00Z',
    };
    const generation = metadata.generation + 1;
    const status: unknown = before?.status ?? {};
    this.#store(ref, { kind: ref.kind, metadata: { ...metadata, generation }, spec, status });
  }

  annotate(ref: ObjectRef, annotations: Readonly<Record<string, string>>): void {
    const object = this.#stored.get(keyOf(ref));
    if (object === undefined) throw new Error(`the test expects ${apiVersion} ${keyOf(ref)}`);
    this.#store(ref, { ...object, metadata: { ...object.metadata, annotations } });
  }

  delete(ref: ObjectRef): void {
    this.#stored.delete(keyOf(ref));
    this.#tell(ref);
  }

  #store(ref: ObjectRef, object: StoredObject): void {
    this.#versions += 1;
    const resourceVersion = String(this.#versions);
    const metadata = { ...object.metadata, resourceVersion };
    this.#stored.set(keyOf(ref), { ...object, metadata });
    this.#tell(ref);
  }

  #tell(ref: ObjectRef): void {
    for (const { kind, onChange } of this.#watchers) if (kind === ref.kind) onChange(ref);
  }
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
