import { refuseAdoption } from '#core/drift/decide-adoption.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { Digest } from '#core/ports/digest.ts';
import type {
  DesiredSecret,
  LeasedSecret,
  LiveSecret,
  OnForeignChange,
  Precondition,
  RenewedSecret,
  SecretLease,
  SecretOwner,
  SecretRef,
  SecretSink,
  SecretWriter,
} from '#core/ports/secret-sink.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { digestValues } from '#core/secret/value-digests.ts';
import { createPortSteps, type PortSteps } from './port-steps.ts';

interface StoredSecret {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly version: number;
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly values: ReadonlyMap<string, string>;
  readonly lease: SecretLease | null;
}

/** A {@link SecretSink} in memory, with the hands of somebody else. */
export interface MemorySink extends SecretSink {
  /** How often it was written to. */
  readonly writes: number;
  /** The values as text; null when there is no such Secret. */
  textOf(ref: SecretRef): Readonly<Record<string, string>> | null;
  names(): readonly string[];
  /** Changes a value by hand. */
  edit(ref: SecretRef, key: string, text: string): void;
  removeByHand(ref: SecretRef): void;
  putForeign(ref: SecretRef, values: Readonly<Record<string, string>>): void;
  /** Takes the lease off by hand, as somebody who edits the labels does. */
  stripLease(ref: SecretRef): void;
  /** The next writes fail like this; null heals. */
  breakWrites(error: Error | null): void;
  /** Who wrote what as somebody else than Mayfly. */
  readonly writers: readonly (readonly [write: string, writer: SecretWriter])[];
  /** The next writes as this user fail like this; null heals. */
  breakWritesOf(user: string, error: Error | null): void;
}

export interface MemorySinkOptions {
  readonly digest: Digest;
  readonly steps?: PortSteps;
}

export function createMemorySink(options: MemorySinkOptions): MemorySink {
  return new Sink(options);
}

class Sink implements MemorySink {
  readonly #digest: Digest;
  readonly #steps: PortSteps;
  readonly #stored = new Map<string, StoredSecret>();
  readonly #watchers = new Set<OnForeignChange>();
  #fault: Error | null = null;
  readonly #faultsOf = new Map<string, Error>();
  #versions = 0;
  writes = 0;
  readonly writers: (readonly [string, SecretWriter])[] = [];

  constructor({ digest, steps = createPortSteps() }: MemorySinkOptions) {
    this.#digest = digest;
    this.#steps = steps;
  }

  async read(ref: SecretRef): Promise<LiveSecret | null> {
    this.#steps.step('sink.read');
    const found = this.#stored.get(keyOf(ref));
    return found === undefined ? null : this.#render(found);
  }

  async readOwned(owner: SecretOwner): Promise<readonly LiveSecret[]> {
    this.#steps.step('sink.readOwned');
    return this.#managed()
      .filter(({ lease }) => lease?.owner.uid === owner.uid)
      .map((stored) => this.#render(stored));
  }

  async listManaged(): Promise<readonly LeasedSecret[]> {
    this.#steps.step('sink.listManaged');
    return this.#managed().flatMap((stored) => renderLeased(stored));
  }

  async create(desired: DesiredSecret, lease: SecretLease): Promise<LiveSecret> {
    const { namespace, name } = desired;
    return this.#write(
      'create',
      () => {
        const there = this.#stored.get(keyOf(desired));
        if (there?.lease === null) throw createError('MAYFLY_SINK_NOT_OWNED', { namespace, name });
        if (there !== undefined) throw createError('MAYFLY_SINK_CONFLICT', { namespace, name });
        return this.#put(desired, { lease, uid: `uid-${this.#versions + 1}` });
      },
      desired.writer,
    );
  }

  async apply(desired: DesiredSecret, lease: SecretLease, on: Precondition): Promise<LiveSecret> {
    return this.#write(
      'apply',
      () => {
        const { uid } = this.#expect(desired, on);
        return this.#put(desired, { lease, uid });
      },
      desired.writer,
    );
  }

  async adopt(desired: DesiredSecret, lease: SecretLease, on: Precondition): Promise<LiveSecret> {
    return this.#write(
      'adopt',
      () => {
        const { uid, type } = this.#expect(desired, on);
        const problem = refuseAdoption({ type, isControlled: false, isEnding: false });
        if (problem === null) return this.#put(desired, { lease, uid });
        const { namespace, name } = desired;
        throw createError('MAYFLY_SINK_NOT_ADOPTABLE', { namespace, name, problem });
      },
      desired.writer,
    );
  }

  async renew(ref: RenewedSecret, lease: SecretLease, on: Precondition): Promise<LeasedSecret> {
    return this.#write(
      'renew',
      () => {
        const stored = this.#store({ ...this.#expect(ref, on), lease });
        return { ...this.#render(stored), lease };
      },
      ref.writer,
    );
  }

  async remove(ref: SecretRef, on: Precondition): Promise<void> {
    this.#write('remove', () => {
      if (!this.#stored.has(keyOf(ref))) return;
      this.#expect(ref, on);
      this.#stored.delete(keyOf(ref));
    });
  }

  async release(ref: SecretRef, on: Precondition): Promise<void> {
    this.#write('release', () => this.#store({ ...this.#expect(ref, on), lease: null }));
  }

  async watch(onChange: OnForeignChange, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#watchers.add(onChange);
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#watchers.delete(onChange);
  }

  textOf(ref: SecretRef): Readonly<Record<string, string>> | null {
    const stored = this.#stored.get(keyOf(ref));
    return stored === undefined ? null : Object.fromEntries(stored.values);
  }

  names(): readonly string[] {
    return [...this.#stored.keys()].toSorted();
  }

  edit(ref: SecretRef, key: string, text: string): void {
    const stored = this.#find(ref);
    this.#store({ ...stored, values: new Map([...stored.values, [key, text]]) });
    this.#tell(stored);
  }

  removeByHand(ref: SecretRef): void {
    const stored = this.#find(ref);
    this.#stored.delete(keyOf(ref));
    this.#tell(stored);
  }

  putForeign({ namespace, name }: SecretRef, values: Readonly<Record<string, string>>): void {
    const uid = `foreign-${this.#versions + 1}`;
    const plain = { type: 'Opaque', labels: {}, annotations: {}, lease: null, version: 0 };
    this.#store({ namespace, name, uid, ...plain, values: new Map(Object.entries(values)) });
  }

  stripLease(ref: SecretRef): void {
    const stored = this.#find(ref);
    this.#store({ ...stored, lease: null });
    this.#tell(stored);
  }

  breakWrites(error: Error | null): void {
    this.#fault = error;
  }

  breakWritesOf(user: string, error: Error | null): void {
    if (error === null) this.#faultsOf.delete(user);
    else this.#faultsOf.set(user, error);
  }

  #write<T>(name: string, write: () => T, writer?: SecretWriter): T {
    this.#steps.step(`sink.${name}`);
    const fault = this.#fault ?? this.#faultsOf.get(writer?.user ?? '') ?? null;
    if (fault !== null) throw fault;
    if (writer !== undefined) this.writers.push([name, writer]);
    const result = write();
    this.writes += 1;
    this.#steps.step(`sink.${name} done`);
    return result;
  }

  #put(desired: DesiredSecret, held: { lease: SecretLease; uid: string }): LiveSecret {
    const { namespace, name, type, labels, annotations } = desired;
    const values = new Map<string, string>();
    for (const [key, value] of desired.values) {
      values.set(key, Buffer.from(value.expose()).toString('latin1'));
    }
    const version = 0;
    return this.#render(
      this.#store({ namespace, name, type, labels, annotations, values, version, ...held }),
    );
  }

  #store(secret: StoredSecret): StoredSecret {
    this.#versions += 1;
    const stored = { ...secret, version: this.#versions };
    this.#stored.set(keyOf(secret), stored);
    return stored;
  }

  #managed(): readonly StoredSecret[] {
    return [...this.#stored.values()].filter(({ lease }) => lease !== null);
  }

  #find(ref: SecretRef): StoredSecret {
    const stored = this.#stored.get(keyOf(ref));
    if (stored === undefined) throw new Error(`the test expects a Secret ${keyOf(ref)}`);
    return stored;
  }

  #expect(ref: SecretRef, on: Precondition): StoredSecret {
    const stored = this.#stored.get(keyOf(ref));
    if (stored?.uid === on.uid && String(stored.version) === on.resourceVersion) return stored;
    const { namespace, name } = ref;
    throw createError('MAYFLY_SINK_CONFLICT', { namespace, name });
  }

  #render(stored: StoredSecret): LiveSecret {
    const { version, values, lease, ...rest } = stored;
    const bytes = new Map(
      [...values].map(([key, text]) => [key, SecretBytes.take(Buffer.from(text, 'latin1'))]),
    );
    const digests = digestValues(this.#digest, stored, bytes);
    for (const value of bytes.values()) value.wipe();
    const intact = lease !== null && JSON.stringify(lease.digests) === JSON.stringify(digests);
    return { ...rest, resourceVersion: String(version), lease, digests, intact };
  }

  #tell({ name, lease }: StoredSecret): void {
    if (lease === null) return;
    for (const onChange of this.#watchers) onChange(lease.owner, { name, manager: null });
  }
}

function renderLeased({ lease, version, namespace, name, uid }: StoredSecret): LeasedSecret[] {
  if (lease === null) return [];
  return [{ namespace, name, uid, resourceVersion: String(version), lease }];
}

function keyOf({ namespace, name }: SecretRef): string {
  return `${namespace}/${name}`;
}
