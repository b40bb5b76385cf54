/** The Stores of the kind git over a real git host and files that are really encrypted; only the cluster is pretended. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseStore } from '#core/api/store.ts';
import type { SecretStore, StoredSecret } from '#core/ports/secret-store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { openGitStores } from '#roles/broker/git-store/compose.ts';
import type { Decryption } from '#roles/broker/git-store/create-git-store.ts';
import type { GitStores } from '#roles/broker/git-store/create-git-stores.ts';
import { isGitStore } from '#roles/broker/git-store/git-stores-of.ts';
import { listFiles } from '#test/support/canary/list-files.ts';
import { aSourceSpec, hour, rigDigest, sourceRef } from '#test/support/controller-rig.ts';
import {
  createTestGitServer,
  type TestGitServer,
} from '#test/support/git-server/create-test-git-server.ts';
import {
  createGitWorkTree,
  type GitWorkTree,
} from '#test/support/git-server/create-git-work-tree.ts';
import { createMemoryKeys, type MemoryKeys } from '#test/support/memory/memory-keys.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';
import { createMemoryObjects, type MemoryObjects } from '#test/support/memory/memory-objects.ts';
import { vectorKey } from '#test/support/sops/vectors.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { until } from '#test/support/until.ts';
import { aGitStoreSpec, storeRef } from './create-git-stores-rig.ts';

export interface OpenGitStores {
  readonly work: GitWorkTree;
  readonly server: TestGitServer;
  readonly objects: MemoryObjects;
  readonly keys: MemoryKeys;
  readonly stateDir: string;
  readonly reported: readonly Decryption[];
  store(): SecretStore;
  read(path: string, version?: string): Promise<StoredSecret>;
  /** Has the source looked at now, and waits until `isSo`. */
  lookUntil(isSo: () => Promise<boolean>): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

const limits = { bytes: 1 << 26, files: 1_000, fileBytes: 1 << 20, commits: 100 };
const signal = (): AbortSignal => AbortSignal.timeout(10_000);

/** Follows a repository with these files in its first commit; `apps` of it is the Store `values`. */
export async function openTestGitStores(
  files: Readonly<Record<string, string | Uint8Array>>,
  source: object = {},
): Promise<OpenGitStores> {
  const folder = await createTempFolder();
  const work = await createGitWorkTree(folder.path);
  await work.push(files);
  const server = await createTestGitServer({ repository: work.bare });
  const stateDir = join(folder.path, 'state');
  const [objects, keys] = [createMemoryObjects(), createMemoryKeys()];
  const key = Buffer.from(vectorKey('one').bytes.expose()).toString();
  keys.put('prod', 'keys', { 'age.txt': key });
  keys.put('prod', 'host', { 'ca.crt': server.caPem });
  const auth = { type: 'none', secretRef: { name: 'host' } };
  objects.put(sourceRef(), aSourceSpec({ url: server.url, auth, interval: '1h', ...source }));
  objects.put(storeRef, aGitStoreSpec());
  const reported: Decryption[] = [];
  let stores = await begin();
  let looks = 0;

  async function begin(): Promise<GitStores> {
    const opened = await openGitStores(
      { stateDir, git: { allowedHosts: ['localhost'], limits } },
      {
        clock: createSystemClock(),
        random: createSystemRandom(),
        logger: createMemoryLogger(),
        metrics: { observeReconcile: () => undefined },
        digest: rigDigest,
        objects,
        keys,
        tenancy: null,
      },
      { maxStaleMs: 24 * hour },
    );
    await opened.start();
    await until(() => opened.isReady());
    return opened;
  }

  function store(): SecretStore {
    const object = objects.peek(storeRef);
    const parsed = object === null ? null : parseStore(object);
    if (parsed?.kind !== 'valid' || !isGitStore(parsed.value)) throw new Error('no such Store');
    return stores.open(parsed.value, (decryption) => void reported.push(decryption));
  }

  return {
    work,
    server,
    objects,
    keys,
    stateDir,
    reported,
    store,
    read: async (path, version) => {
      const session = await store().login(SecretBytes.take(new Uint8Array(0)), signal());
      return await session.read({ path, version: version ?? null }, signal());
    },
    lookUntil: async (isSo) => {
      looks += 1;
      objects.annotate(sourceRef(), { 'mayfly.dev/reconcile-at': String(looks) });
      await until(isSo);
    },
    restart: async () => {
      await stores.stop(signal());
      stores = await begin();
    },
    close: async () => {
      await stores.stop(signal());
      await server.close();
      await folder.remove();
    },
  };
}

/** The content of every file below a folder. */
export async function readAllFiles(folder: string): Promise<readonly Buffer[]> {
  const paths = await listFiles(folder);
  return await Promise.all(paths.map(async (path) => await readFile(path)));
}
