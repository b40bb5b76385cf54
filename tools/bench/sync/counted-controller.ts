import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAgeUnwrapper } from '#adapters/age/index.ts';
import { createSopsDecryptor } from '#adapters/decryptor/sops/index.ts';
import { openDirectorySink } from '#adapters/directory-sink/directory-sink.ts';
import type { KindName, ObjectRef } from '#core/api/object.ts';
import type { Outcome } from '#core/ports/outcome.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createNodeDigest } from '#platform/crypto/node-digest.ts';
import type { Reconcile } from '#platform/reconcile/run-attempt.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { createControllerMemory } from '#roles/controller/controller-memory.ts';
import type { ControllerParts } from '#roles/controller/controller-parts.ts';
import { createEphemeralSecretReconciler } from '#roles/controller/ephemeral-secret/create-ephemeral-secret-reconciler.ts';
import { createGitSourceReconciler } from '#roles/controller/git-source/create-git-source-reconciler.ts';
import { openRepository } from '#test/support/git-server/create-git-bench.ts';
import { createMemoryKeys } from '#test/support/memory/memory-keys.ts';
import { createMemoryObjects } from '#test/support/memory/memory-objects.ts';
import { countDecryptions, countWrites, type Tally } from './counted-ports.ts';
import type { SourceStage } from './source-stage.ts';

const namespace = 'bench';

export const sourceRef: ObjectRef = { kind: 'GitSource', namespace, name: 'source' };
export const secretRef: ObjectRef = { kind: 'EphemeralSecret', namespace, name: 'all' };

/**
 * The controller's reconcilers in this process, over the real git, decryptor and directory sink, each counted. One
 * GitSource, and one EphemeralSecret of all its files.
 */
export interface CountedController {
  /** What passed through the ports so far. */
  tally(): Tally;
  /** Runs one pass over an object, then those it asked for. Throws unless it ended well. */
  pass(ref: ObjectRef): Promise<void>;
  stop(): void;
}

export async function createCountedController(
  stage: SourceStage,
  directory: string,
): Promise<CountedController> {
  const tally: Tally = { decryptions: 0, secretWrites: 0, statusWrites: 0 };
  const objects = createMemoryObjects();
  const asked: ObjectRef[] = [];
  const parts = await createParts(stage, { directory, objects, tally, asked });
  const reconcilers: Readonly<Partial<Record<KindName, Reconcile>>> = {
    GitSource: createGitSourceReconciler(parts),
    EphemeralSecret: createEphemeralSecretReconciler(parts),
  };
  objects.put(sourceRef, renderSourceSpec(stage));
  objects.put(secretRef, secretSpec);
  const watching = new AbortController();
  void parts.sink.watch((owner) => asked.push(owner), watching.signal);
  return {
    stop: () => watching.abort(),
    tally: () => ({ ...tally, statusWrites: objects.statusWrites }),
    async pass(ref) {
      asked.push(ref);
      for (let next = asked.shift(); next !== undefined; next = asked.shift()) {
        const outcome = await runOnce(reconcilers[next.kind], next);
        await storeStatus(objects, next, outcome);
      }
    },
  };
}

interface Deps {
  readonly directory: string;
  readonly objects: ControllerParts['objects'];
  readonly tally: Tally;
  readonly asked: ObjectRef[];
}

async function createParts(stage: SourceStage, deps: Deps): Promise<ControllerParts> {
  const { directory, objects, tally, asked } = deps;
  const clock = createSystemClock();
  const digest = createNodeDigest(SecretBytes.take(new Uint8Array(32).fill(7)), 'bench');
  await mkdir(directory, { recursive: true });
  const sink = await openDirectorySink(
    { digest, clock, random: createSystemRandom(), onFault: fail },
    {
      sinks: [{ namespace, directory, allowDisk: true }],
      stateFolder: join(stage.folder, 'state'),
    },
  );
  const decryptor = createSopsDecryptor({ unwrappers: [createAgeUnwrapper()], clock });
  return {
    objects,
    sink: countWrites(sink, tally),
    keys: await readKeys(stage),
    git: await openRepository(stage.folder),
    decryptors: [countDecryptions(decryptor, tally)],
    renderFile: fail,
    clock,
    digest,
    memory: createControllerMemory(),
    options: {
      ttl: { minTtlMs: 60_000, maxTtlMs: 86_400_000 },
      git: { bytes: 2 ** 30, files: 20_000, fileBytes: 2 ** 20, commits: 10_000 },
      maxFiles: 20_000,
      place: 'machine',
      clusterLabels: {},
      hooks: new Set(),
    },
    enqueue: (ref) => void asked.push(ref),
    stores: null,
    tenancy: null,
    usage: null,
    gates: null,
    rollouts: null,
    serverTime: null,
    onChange: async () => undefined,
  };
}

function fail(cause: unknown): never {
  throw new Error('the benchmark met what it does not expect', { cause });
}

async function readKeys({ sealed, server }: SourceStage): Promise<ControllerParts['keys']> {
  const keys = createMemoryKeys();
  keys.put(namespace, 'age', { 'keys.txt': await readFile(sealed.identityFile, 'utf8') });
  keys.put(namespace, 'git', { 'ca.crt': server.caPem });
  return keys;
}

function renderSourceSpec({ server }: SourceStage): object {
  const auth = { type: 'none', secretRef: { name: 'git' } };
  return { url: server.url, ref: { branch: 'main' }, interval: '1m', timeout: '60s', auth };
}

const secretSpec = {
  sourceRef: { name: sourceRef.name },
  path: 'secrets',
  decryption: { keys: [{ secretRef: { name: 'age' } }] },
  target: { manifests: {} },
  ttl: '24h',
};

async function runOnce(reconcile: Reconcile | undefined, ref: ObjectRef): Promise<Outcome> {
  const { signal } = new AbortController();
  if (reconcile === undefined) throw new Error(`nothing works on ${ref.kind} here`);
  const outcome = await reconcile(ref, { signal, id: 'bench', observe: () => undefined });
  if (outcome.kind === 'again' || outcome.kind === 'done') return outcome;
  throw new Error(`a pass over ${ref.kind} ended ${outcome.kind}`);
}

async function storeStatus(
  objects: ControllerParts['objects'],
  ref: ObjectRef,
  outcome: Outcome,
): Promise<void> {
  if (!('status' in outcome) || outcome.status === undefined) return;
  const stored = await objects.get(ref);
  if (stored === null) throw new Error('the object of the benchmark is gone');
  await objects.writeStatus(ref, outcome.status, stored.metadata.resourceVersion);
}
