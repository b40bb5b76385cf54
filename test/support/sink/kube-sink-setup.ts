import type { Digest } from '#core/ports/digest.ts';
import type { KubeApi, KubeObject } from '#core/ports/kube/kube-api.ts';
import type {
  DesiredSecret,
  ForeignChange,
  LiveSecret,
  SecretLease,
  SecretOwner,
  SecretRef,
} from '#core/ports/secret-sink.ts';
import type { MonotonicClock } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { digestValues } from '#core/secret/value-digests.ts';
import { createNodeDigest } from '#platform/crypto/node-digest.ts';
import { createKubeSecrets, type KubeSecrets } from '#adapters/kube/secrets/kube-secrets.ts';
import { secretResource } from '#core/api/kube-resources.ts';
import { createFakeClock, type FakeClock } from '../fake-clock.ts';
import { createFakeRandom } from '../fake-random.ts';
import { createMemoryKube, type MemoryKube } from '../memory/memory-kube.ts';
import { until } from '../until.ts';

export const kubeDigest: Digest = createNodeDigest(
  SecretBytes.copyOf(new Uint8Array(32).fill(7)),
  'cluster-of-the-test',
);

/** What others do to Secrets of a cluster. */
export interface SecretHands {
  /** A merge patch, as `kubectl` or as whoever is named. */
  edit(ref: SecretRef, patch: object, by?: string): Promise<KubeObject>;
  create(ref: SecretRef, secret: object): Promise<KubeObject>;
  remove(ref: SecretRef): Promise<void>;
  peek(ref: SecretRef): Promise<KubeObject | null>;
}

/** A sink that runs, with the hands of others. */
export interface KubeSinkSetup {
  readonly sink: KubeSecrets;
  readonly hands: SecretHands;
  readonly changes: readonly (ForeignChange & { readonly owner: string })[];
  /** Waits until the sink has seen the Secret as it is. */
  untilSeen(ref: SecretRef): Promise<void>;
  close(): Promise<void>;
}

export interface KubeSinkOptions {
  readonly api: KubeApi;
  readonly hands: SecretHands;
  readonly clock: MonotonicClock;
  readonly digest?: Digest;
  readonly namespaces?: readonly string[] | null;
  /** Whether the sink has listed everything. Default true; else nothing is ever listed. */
  readonly sync?: boolean;
}

export async function setUpKubeSink(options: KubeSinkOptions): Promise<KubeSinkSetup> {
  const { api, hands, clock, digest = kubeDigest, namespaces = null, sync = true } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const faults: unknown[] = [];
  const reflector = {
    api,
    clock,
    random: createFakeRandom(),
    onFault: (fault: unknown) => void faults.push(fault),
  };
  const sink = createKubeSecrets({ api, digest, signal, reflector }, { namespaces });
  const changes: (ForeignChange & { readonly owner: string })[] = [];
  const running = [
    ...(sync ? [sink.run(signal)] : []),
    sink.watch((owner, change) => changes.push({ ...change, owner: owner.name }), signal),
  ];
  if (sync) await sink.untilSynced(signal);
  return {
    sink,
    hands,
    changes,
    async untilSeen(ref): Promise<void> {
      const version = (await hands.peek(ref))?.metadata.resourceVersion ?? null;
      await until(async () => ((await sink.read(ref))?.resourceVersion ?? null) === version);
    },
    async close(): Promise<void> {
      ending.abort();
      await Promise.all(running);
    },
  };
}

/** The sink on an API server in memory. */
export interface MemorySinkSetup extends KubeSinkSetup {
  readonly kube: MemoryKube;
  readonly clock: FakeClock;
}

export async function setUpMemoryKubeSink(
  kube: MemoryKube = createMemoryKube(createFakeClock()),
  change: Partial<KubeSinkOptions> = {},
): Promise<MemorySinkSetup> {
  const clock = createFakeClock();
  const api = kube.connect('sink');
  return {
    kube,
    clock,
    ...(await setUpKubeSink({ api, clock, hands: memoryHands(kube), ...change })),
  };
}

function memoryHands(kube: MemoryKube): SecretHands {
  const targetOf = (ref: SecretRef) => ({ resource: secretResource, ...ref });
  return {
    edit: async (ref, patch, by) => kube.edit(targetOf(ref), patch, by),
    create: async (ref, secret) =>
      kube.put(secretResource, { ...secret, metadata: { ...ref, ...metadataOf(secret) } }),
    remove: async (ref) => kube.removeByHand(targetOf(ref)),
    peek: async (ref) => kube.peek(targetOf(ref)),
  };
}

function metadataOf(secret: object): object {
  return 'metadata' in secret && typeof secret.metadata === 'object' && secret.metadata !== null
    ? secret.metadata
    : {};
}

export const db: SecretRef = { namespace: 'prod', name: 'db' };

export const owner: SecretOwner = {
  kind: 'EphemeralSecret',
  namespace: 'prod',
  name: 'database',
  uid: '6f1f8a34-0000-4000-8000-000000000001',
};

export function aDesired(
  values: Readonly<Record<string, string>>,
  change: Partial<DesiredSecret> = {},
): DesiredSecret {
  return {
    ...db,
    type: 'Opaque',
    labels: { app: 'shop' },
    annotations: {},
    values: new Map(
      Object.entries(values).map(([key, text]) => [key, SecretBytes.take(Buffer.from(text))]),
    ),
    ...change,
  };
}

export function aLease(desired: DesiredSecret, change: Partial<SecretLease> = {}): SecretLease {
  return {
    issuedAt: Date.UTC(2026, 0, 1),
    expiresAt: Date.UTC(2026, 0, 1, 1),
    verifiedAt: Date.UTC(2026, 0, 1),
    revision: 'a'.repeat(40),
    owner,
    path: 'prod/db.yaml',
    modifiedAt: Date.UTC(2025, 11, 31),
    origin: 'origin-1',
    siblings: 1,
    digests: digestValues(kubeDigest, desired, desired.values),
    ...change,
  };
}

/** Creates a Secret of ours under a fresh lease. */
export async function putOurs(
  { sink }: Pick<KubeSinkSetup, 'sink'>,
  values: Readonly<Record<string, string>>,
  change: Partial<DesiredSecret> = {},
): Promise<LiveSecret> {
  const desired = aDesired(values, change);
  return await sink.create(desired, aLease(desired));
}

/** The values of a Secret as text; null when there is none. */
export function textOf(object: KubeObject | null): Readonly<Record<string, string>> | null {
  if (object === null) return null;
  const texts = Object.entries(object['data'] ?? {}).map(([key, value]) => [
    key,
    Buffer.from(String(value), 'base64').toString(),
  ]);
  return Object.fromEntries(texts) as Record<string, string>;
}

export function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}
