import type { Condition } from '#core/api/status/condition.ts';
import { kindNames, type KindName, type ObjectRef } from '#core/api/object.ts';
import { isMayflyError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import type { SecretSink } from '#core/ports/secret-sink.ts';
import type { Place } from '#core/sync/check-place.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createNodeDigest } from '#platform/crypto/node-digest.ts';
import { decideVerdict, type Attempt } from '#platform/reconcile/attempt.ts';
import type { Reconcile } from '#platform/reconcile/run-attempt.ts';
import { createControllerMemory } from '#roles/controller/controller-memory.ts';
import type { ContentChange, ControllerParts } from '#roles/controller/controller-parts.ts';
import type { StoreParts } from '#roles/stores/store-parts.ts';
import { createEphemeralSecretReconciler } from '#roles/controller/ephemeral-secret/create-ephemeral-secret-reconciler.ts';
import { createExpireReconciler } from '#roles/controller/expire/create-expire-reconciler.ts';
import { createGitSourceReconciler } from '#roles/controller/git-source/create-git-source-reconciler.ts';
import { findSuppliers } from '#roles/controller/dependents.ts';
import { writeReport } from '#roles/controller/loops/write-report.ts';
import { createAccessPolicyReconciler } from '#roles/controller/access/create-access-policy-reconciler.ts';
import { createTokenIssuerReconciler } from '#roles/controller/access/create-token-issuer-reconciler.ts';
import { createStoreReconciler } from '#roles/controller/store/create-store-reconciler.ts';
import { createTenantPolicyReconciler } from '#roles/controller/tenancy/create-tenant-policy-reconciler.ts';
import type { TenancyParts } from '#roles/tenancy/tenancy-parts.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createFakeRandom } from './fake-random.ts';
import { createMemoryDecryptor, type MemoryDecryptor } from './memory/memory-decryptor.ts';
import { createMemoryGit, type MemoryGit } from './memory/memory-git.ts';
import { createMemoryKeys, type MemoryKeys } from './memory/memory-keys.ts';
import { createMemoryObjects, type MemoryObjects } from './memory/memory-objects.ts';
import { createMemorySink, type MemorySink } from './memory/memory-sink.ts';
import { createMemoryUsage, type MemoryUsage } from './memory/memory-usage.ts';
import { createMemoryWorkloads, type MemoryWorkloads } from './memory/memory-workloads.ts';
import { createPortSteps, type PortSteps } from './memory/port-steps.ts';

const rigNamespace = 'prod';
/** What the digests of a rig are made with. */
export const rigDigest = createNodeDigest(SecretBytes.take(new Uint8Array(32).fill(7)), 'rig');
export const minute = 60_000;
export const hour = 60 * minute;

/** The reconcilers over fakes, with a clock that moves from one due pass to the next. */
export interface Rig {
  readonly objects: MemoryObjects;
  readonly sink: MemorySink;
  readonly git: MemoryGit;
  readonly keys: MemoryKeys;
  readonly decryptor: MemoryDecryptor;
  readonly clock: FakeClock;
  /** What pods use. */
  readonly usage: MemoryUsage;
  readonly steps: PortSteps;
  /** What hooks were asked for. */
  readonly changes: readonly ContentChange[];
  readonly workloads: MemoryWorkloads;
  /** How the last pass over an object ended. */
  outcomeOf(ref: ObjectRef): Attempt | null;
  conditionOf(ref: ObjectRef): Condition | null;
  statusOf<T extends object>(ref: ObjectRef): Partial<T>;
  /** Ends the program, wherever it is, and begins a new one over the same world. */
  restart(): void;
  enqueue(ref: ObjectRef): void;
  /** Runs what is due now. */
  settle(): Promise<void>;
  advance(ms: number): Promise<void>;
  /** The program, or its host, sleeps: nothing runs meanwhile. */
  sleep(ms: number): void;
  breakHooks(error: MayflyError | null): void;
  /** How far the server's clock, which the rig's is, goes ahead of the local one. */
  setSkew(ms: number): void;
}

export interface RigOptions {
  readonly hooks?: readonly string[];
  readonly minTtlMs?: number;
  readonly maxFiles?: number;
  /** Where it runs; on a machine unless told. */
  readonly place?: Place;
  readonly clusterLabels?: Readonly<Record<string, string>>;
  /** As in a cluster; by default as without one. */
  readonly stores?: StoreParts;
  readonly tenancy?: TenancyParts;
  /** Another sink than the one in memory, asked for at each start. */
  readonly openSink?: () => SecretSink;
  /** Chooses among the passes that are due; the first unless told. */
  readonly choose?: (count: number) => number;
  /** Sees every moment after a pass. */
  readonly observe?: (rig: Rig) => void;
}

const defaults = {
  hooks: [],
  minTtlMs: 1_000,
  maxFiles: 10_000,
  place: 'machine',
  clusterLabels: {},
  stores: null,
  tenancy: null,
} as const;

const sweepKey = 'sweep';

function createRig(options: RigOptions = {}): Rig {
  return new ControllerRig(options);
}

export function sourceRef(name = 'repo'): ObjectRef {
  return { kind: 'GitSource', namespace: rigNamespace, name };
}

export function secretRef(name = 'apps'): ObjectRef {
  return { kind: 'EphemeralSecret', namespace: rigNamespace, name };
}

export function aSourceSpec(change: object = {}): object {
  return { url: 'https://git.test/repo.git', ref: { branch: 'main' }, interval: '1m', ...change };
}

export function aSecretSpec(change: object = {}): object {
  return {
    sourceRef: { name: 'repo' },
    path: 'apps',
    decryption: { keys: [{ secretRef: { name: 'keys' } }] },
    target: { manifests: {} },
    ttl: '1h',
    ...change,
  };
}

/** A rig with one source, one object of its folder `apps`, and the key that opens its files. */
export async function startRig(
  files: Readonly<Record<string, string>>,
  { secret = {}, source = {}, ...options }: RigOptions & { secret?: object; source?: object } = {},
): Promise<Rig> {
  const rig = createRig(options);
  rig.keys.put(rigNamespace, 'keys', { 'age.txt': 'key-1' });
  rig.git.commit(files);
  rig.objects.put(sourceRef(), aSourceSpec(source));
  rig.objects.put(secretRef(), aSecretSpec(secret));
  await rig.settle();
  return rig;
}

class ControllerRig implements Rig {
  readonly steps = createPortSteps();
  readonly clock = createFakeClock();
  readonly usage = createMemoryUsage();
  readonly objects = createMemoryObjects(this.steps);
  readonly sink = createMemorySink({ digest: rigDigest, steps: this.steps });
  readonly git = createMemoryGit(this.steps);
  readonly keys = createMemoryKeys(this.steps);
  readonly decryptor = createMemoryDecryptor(this.steps);
  readonly changes: ContentChange[] = [];
  readonly workloads = createMemoryWorkloads(this.clock, this.steps);
  readonly #options: RigOptions;
  readonly #due = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #attempts = new Map<string, Attempt>();
  readonly #seen = new Map<string, string>();
  #run: (key: string) => Promise<Outcome> = () => Promise.reject(new Error('not started'));
  #hookFault: MayflyError | null = null;
  #skewMs = 0;
  #asked: Promise<void> = Promise.resolve();
  #memory = createControllerMemory();
  readonly #serverTime = { now: () => this.clock.now(), skewMs: () => this.#skewMs };

  constructor(options: RigOptions) {
    this.#options = options;
    const never = new AbortController().signal;
    for (const kind of kindNames) {
      void this.objects.watch(kind, (ref) => this.#notice(ref), never);
    }
    void this.sink.watch(
      ({ kind, namespace, name }) => this.enqueue({ kind, namespace, name }),
      never,
    );
    void this.usage.watch((namespace, names) => this.#onUse(namespace, names), never);
    this.restart();
  }

  outcomeOf(ref: ObjectRef): Attempt | null {
    return this.#attempts.get(renderKey(ref)) ?? null;
  }

  conditionOf(ref: ObjectRef): Condition | null {
    const { conditions = [] } = this.statusOf<{ conditions: Condition[] }>(ref);
    return conditions.find(({ type }) => type === 'Ready') ?? null;
  }

  statusOf<T extends object>(ref: ObjectRef): Partial<T> {
    const status: unknown = this.objects.peek(ref)?.status ?? {};
    return status as Partial<T>;
  }

  restart(): void {
    this.steps.killAt(null);
    this.#due.clear();
    this.#failures.clear();
    this.#memory = createControllerMemory();
    this.#run = this.#createRunner(this.#memory);
    this.#due.set(sweepKey, this.clock.now());
    for (const key of this.#seen.keys()) this.#due.set(key, this.clock.now());
  }

  enqueue(ref: ObjectRef): void {
    this.#due.set(renderKey(ref), this.clock.now());
  }

  breakHooks(error: MayflyError | null): void {
    this.#hookFault = error;
  }

  setSkew(ms: number): void {
    this.#skewMs = ms;
  }

  async settle(): Promise<void> {
    await this.#asked;
    for (let passes = 0; ; passes += 1) {
      if (passes > 10_000) throw new Error('the reconcilers never come to rest');
      const now = this.clock.now();
      const ready = [...this.#due].filter(([, at]) => at <= now).map(([key]) => key);
      const key = ready[this.#options.choose?.(ready.length) ?? 0];
      if (key === undefined) return;
      await this.#pass(key);
      this.#options.observe?.(this);
    }
  }

  async advance(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await this.settle();
    for (let next = this.#nextDue(); next <= end; next = this.#nextDue()) {
      this.clock.jumpTo(next);
      await this.settle();
    }
    this.clock.jumpTo(end);
    await this.settle();
  }

  sleep(ms: number): void {
    this.clock.jumpTo(this.clock.now() + ms);
  }

  #nextDue(): number {
    return Math.min(...this.#due.values());
  }

  #createRunner(memory: ControllerParts['memory']): (key: string) => Promise<Outcome> {
    const parts = this.#createParts(memory);
    const sweep = createExpireReconciler(parts);
    const reconcilers: Readonly<Record<KindName, Reconcile>> = {
      GitSource: createGitSourceReconciler(parts),
      EphemeralSecret: createEphemeralSecretReconciler(parts),
      Store: createStoreReconciler(parts),
      AccessPolicy: createAccessPolicyReconciler(parts),
      ClusterStore: createStoreReconciler(parts),
      ClusterAccessPolicy: createAccessPolicyReconciler(parts),
      TokenIssuer: createTokenIssuerReconciler(parts),
      TenantPolicy: createTenantPolicyReconciler(parts),
    };
    const { signal } = new AbortController();
    return async (key) => {
      if (key === sweepKey) return await sweep(signal);
      const ref = parseKey(key);
      return await reconcilers[ref.kind](ref, { signal, id: key, observe: () => undefined });
    };
  }

  #createParts(memory: ControllerParts['memory']): ControllerParts {
    const options = { ...defaults, ...this.#options };
    return {
      objects: this.objects,
      sink: this.#options.openSink?.() ?? this.sink,
      keys: this.keys,
      git: this.git,
      decryptors: [this.decryptor],
      renderFile: ({ documents }) => renderWhole(documents[0]),
      clock: this.clock,
      serverTime: this.#serverTime,
      digest: rigDigest,
      memory,
      options: {
        ttl: { minTtlMs: options.minTtlMs, maxTtlMs: 24 * hour },
        git: { bytes: 1e9, files: 100_000, fileBytes: 1 << 20, commits: 1_000 },
        maxFiles: options.maxFiles,
        hooks: new Set(options.hooks),
        place: options.place,
        clusterLabels: options.clusterLabels,
      },
      stores: options.stores,
      tenancy: options.tenancy,
      usage: this.usage,
      gates: null,
      rollouts:
        options.place === 'machine'
          ? null
          : { workloads: this.workloads, random: createFakeRandom() },
      enqueue: (ref) => this.enqueue(ref),
      onChange: async (change) => {
        this.steps.step('hooks.run');
        if (this.#hookFault !== null) throw this.#hookFault;
        this.changes.push(change);
      },
    };
  }

  #onUse(namespace: string, names: readonly string[]): void {
    const parts = { objects: this.objects, memory: this.#memory };
    this.#asked = findSuppliers(parts, namespace, names).then((refs) => {
      for (const ref of refs) this.enqueue(ref);
    });
  }

  /** As a watch does that tells spec, annotations and removal, but not status. */
  #notice(ref: ObjectRef): void {
    const object = this.objects.peek(ref);
    const text = JSON.stringify([
      object?.metadata.uid,
      object?.metadata.generation,
      object?.metadata.annotations,
    ]);
    if (this.#seen.get(renderKey(ref)) === text) return;
    this.#seen.set(renderKey(ref), text);
    this.enqueue(ref);
  }

  async #pass(key: string): Promise<void> {
    this.#due.delete(key);
    const attempt = await this.#attempt(key);
    this.#attempts.set(key, attempt);
    const settled = key === sweepKey ? attempt : await this.#report(parseKey(key), attempt);
    const failures = settled.kind === 'failed' ? (this.#failures.get(key) ?? 0) + 1 : 0;
    this.#failures.set(key, failures);
    if (settled.kind === 'ended' && settled.outcome.kind === 'gone') return;
    const at = this.clock.now() + decideDelay(settled, failures);
    this.#due.set(key, Math.min(this.#due.get(key) ?? Number.POSITIVE_INFINITY, at));
  }

  async #attempt(key: string): Promise<Attempt> {
    try {
      return { kind: 'ended', outcome: await this.#run(key) };
    } catch (error) {
      if (!isMayflyError(error)) throw error;
      return { kind: 'failed', error };
    }
  }

  async #report(ref: ObjectRef, attempt: Attempt): Promise<Attempt> {
    const verdict = decideVerdict(attempt);
    if (verdict === null) return attempt;
    const status = readStatus(attempt);
    const report = { verdict, ...(status === undefined ? {} : { status }) };
    const parts = {
      objects: this.objects,
      clock: this.clock,
      serverTime: this.#serverTime,
      memory: this.#memory,
    };
    try {
      await writeReport(parts, ref, report);
      return attempt;
    } catch (error) {
      if (!isMayflyError(error)) throw error;
      return { kind: 'failed', error };
    }
  }
}

function readStatus(attempt: Attempt): object | undefined {
  const outcome = attempt.kind === 'ended' ? attempt.outcome : null;
  return outcome !== null && 'status' in outcome ? outcome.status : undefined;
}

function decideDelay(attempt: Attempt, failures: number): number {
  if (attempt.kind === 'failed') {
    if (attempt.error.retry === 'soon') return 50;
    return attempt.error.retry === 'never' ? 10 * minute : Math.min(2 ** failures * 1_000, minute);
  }
  const { outcome } = attempt;
  return 'afterMs' in outcome ? outcome.afterMs : 10 * minute;
}

function renderWhole(node: unknown): SecretBytes {
  const { bytes } = node as { bytes: SecretBytes };
  return SecretBytes.copyOf(bytes.expose());
}

function renderKey({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}

function parseKey(key: string): ObjectRef {
  const [kind = '', namespace = '', name = ''] = key.split('/');
  return { kind: kind as KindName, namespace, name };
}
