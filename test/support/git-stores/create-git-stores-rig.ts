/** The Stores of the kind git over fakes, with a clock that moves only when told. */
import { join } from 'node:path';
import type { ObjectRef } from '#core/api/object.ts';
import { parseStore } from '#core/api/store.ts';
import type { SecretStore, StoredSecret } from '#core/ports/secret-store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { Decryption } from '#roles/broker/git-store/create-git-store.ts';
import { createGitStores, type GitStores } from '#roles/broker/git-store/create-git-stores.ts';
import type { GitStore } from '#roles/broker/git-store/git-store-parts.ts';
import { isGitStore } from '#roles/broker/git-store/git-stores-of.ts';
import { openFileAges, type FileAges } from '#roles/broker/git-store/file-ages.ts';
import { openRevisionRecords } from '#roles/broker/git-store/revision-records.ts';
import type { AcceptedSource } from '#roles/sources/source-parts.ts';
import type { TenancyParts } from '#roles/tenancy/tenancy-parts.ts';
import { aSourceSpec, hour, minute, rigDigest, sourceRef } from '#test/support/controller-rig.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import {
  createMemoryDecryptor,
  type MemoryDecryptor,
} from '#test/support/memory/memory-decryptor.ts';
import { createMemoryGit, type MemoryGit } from '#test/support/memory/memory-git.ts';
import { createMemoryKeys, type MemoryKeys } from '#test/support/memory/memory-keys.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';
import { createMemoryObjects, type MemoryObjects } from '#test/support/memory/memory-objects.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { until } from '#test/support/until.ts';

export interface GitStoresRig {
  readonly objects: MemoryObjects;
  readonly git: MemoryGit;
  readonly keys: MemoryKeys;
  readonly decryptor: MemoryDecryptor;
  readonly clock: FakeClock;
  /** What the audit would be told. */
  readonly reported: Decryption[];
  /** Reports fail like this; null heals. */
  breakReports(error: Error | null): void;
  /** Of the program that runs. */
  stores(): GitStores;
  store(): GitStore;
  /** The Store `values`, or another one. */
  open(name?: string): SecretStore;
  read(path: string, version?: string): Promise<StoredSecret>;
  /** Waits until the sources are asked that are due after so long. */
  advance(ms: number): Promise<void>;
  /** Ends the program and begins another one over the same world, and waits until it is ready. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const namespace = 'prod';
export const storeRef: ObjectRef = { kind: 'Store', namespace, name: 'values' };

export function aGitStoreSpec(change: object = {}): object {
  const decryption = { keys: [{ secretRef: { name: 'keys' } }] };
  return {
    provider: { git: { sourceRef: { name: 'repo' }, path: 'apps', decryption, ...change } },
  };
}

export interface RigOptions {
  readonly source?: object;
  readonly store?: object;
  readonly tenancy?: TenancyParts | null;
}

const signal = (): AbortSignal => AbortSignal.timeout(10_000);

/** A rig with the source `repo`, the Store `values` of its folder `apps`, and the key that opens its files. */
export async function startGitStores(
  files: Readonly<Record<string, string>>,
  { source = {}, store = {}, tenancy = null }: RigOptions = {},
): Promise<GitStoresRig> {
  const folder = await createTempFolder();
  const world: World = { ...createWorld(), folder: folder.path, tenancy };
  const { clock, objects, git, keys, decryptor } = world;
  const reported: Decryption[] = [];
  let fault: Error | null = null;
  keys.put(namespace, 'keys', { 'age.txt': 'key-1' });
  git.commit(files);
  objects.put(sourceRef(), aSourceSpec(source));
  objects.put(storeRef, aGitStoreSpec(store));
  let stores = await begin(world);

  function open(name = 'values'): SecretStore {
    return stores.open(readStore(objects, name), (decryption) => {
      if (fault !== null) throw fault;
      reported.push(decryption);
    });
  }

  return {
    clock,
    objects,
    git,
    keys,
    decryptor,
    reported,
    open,
    stores: () => stores,
    store: () => readStore(objects, 'values'),
    breakReports: (error) => {
      fault = error;
    },
    read: async (path, version) => {
      const token = SecretBytes.take(new Uint8Array(0));
      const session = await open().login(token, signal());
      token.wipe();
      return await session.read({ path, version: version ?? null }, signal());
    },
    advance: async (ms) => await advance(world, ms),
    restart: async () => {
      await stores.stop(signal());
      stores = await begin(world);
    },
    close: async () => {
      await stores.stop(signal());
      await folder.remove();
    },
  };
}

function readStore(objects: MemoryObjects, name: string): GitStore {
  const object = objects.peek({ ...storeRef, name });
  const parsed = object === null ? null : parseStore(object);
  if (parsed?.kind === 'valid' && isGitStore(parsed.value)) return parsed.value;
  throw new Error('no such Store');
}

type World = ReturnType<typeof createWorld> & {
  readonly folder: string;
  readonly tenancy: TenancyParts | null;
};

function createWorld() {
  return {
    clock: createFakeClock(),
    objects: createMemoryObjects(),
    git: createMemoryGit(),
    keys: createMemoryKeys(),
    decryptor: createMemoryDecryptor(),
    random: createFakeRandom(),
    logger: createMemoryLogger(),
    metrics: { observeReconcile: () => undefined },
    digest: rigDigest,
    /** What is under way to the disk. */
    writing: new Set<Promise<unknown>>(),
  };
}

async function begin(world: World): Promise<GitStores> {
  const { clock, folder, decryptor } = world;
  const onFault = (): undefined => undefined;
  const revisions = join(folder, 'revisions');
  const opened = await openRevisionRecords({ clock, folder: revisions, lagMs: hour, onFault });
  const { digest } = world;
  const kept = await openFileAges({ digest, folder: join(folder, 'ages'), mostFiles: 3, onFault });
  const ages: FileAges = {
    ...kept,
    forget: async (ref) => await follow(world, kept.forget(ref)),
  };
  const records = {
    ...opened,
    write: async (accepted: AcceptedSource) => await follow(world, opened.write(accepted)),
    forget: async (ref: ObjectRef) => await follow(world, opened.forget(ref)),
  };
  const limits = { bytes: 1e9, files: 100_000, fileBytes: 1 << 20, commits: 1_000 };
  const deps = { ...world, records, ages, decryptors: [decryptor] };
  const stores = createGitStores(deps, { maxStaleMs: 24 * hour, limits });
  await stores.start();
  await until(() => stores.isReady());
  return stores;
}

async function follow<T>({ writing }: World, work: Promise<T>): Promise<T> {
  writing.add(work);
  return await work.finally(() => writing.delete(work));
}

/** The disk has its own time: the clock stands still for it. */
async function advance({ clock, writing }: World, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= minute) {
    await clock.advance(Math.min(left, minute));
    while (writing.size > 0) {
      await Promise.all(writing);
      await settle();
    }
  }
}
