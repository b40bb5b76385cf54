import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { isMemoryBacked } from '#platform/files/memory-backed.ts';

/** The folders of one demo, all below one temporary folder. */
export interface Workspace {
  readonly root: string;
  readonly configFile: string;
  /** Where the secrets appear: `<secrets>/<NAME>/<KEY>`. */
  readonly secrets: string;
  readonly sink: SinkFolder;
  /** The age recipient that the publisher encrypts to. */
  readonly recipient: string;
  remove(): Promise<void>;
}

export const demoTtl = '12s';

/** Makes the folders, one age identity, and the configuration of `mayfly standalone`. */
export async function createWorkspace(): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), 'mayfly-demo-'));
  const memory = await createMemoryFolder(root);
  const identity = await generateX25519Identity();
  await writePrivateFiles(root, { 'keys/shop/age/keys.txt': `${identity}\n` });
  const configFile = join(root, 'mayfly.yaml');
  await mkdir(join(root, 'objects'));
  await mkdir(memory.folder, { recursive: true });
  return {
    root,
    configFile,
    secrets: memory.folder,
    sink: memory,
    recipient: await identityToRecipient(identity),
    async remove() {
      await rm(root, { recursive: true, force: true });
      await rm(memory.top, { recursive: true, force: true });
    },
  };
}

interface SinkFolder {
  readonly top: string;
  readonly folder: string;
  readonly onDisk: boolean;
}

/** Secrets belong into memory; a machine without a memory-backed folder gets one on disk, said aloud. */
async function createMemoryFolder(root: string): Promise<SinkFolder> {
  if (await isMemoryBacked('/dev/shm').catch(() => false)) {
    const top = await mkdtemp('/dev/shm/mayfly-demo-');
    return { top, folder: join(top, 'shop'), onDisk: false };
  }
  return { top: join(root, 'secrets'), folder: join(root, 'secrets', 'shop'), onDisk: true };
}

function renderConfig(root: string, sink: SinkFolder, host: string): string {
  return `objectsDir: ${root}/objects
stateDir: ${root}/state
secretsDir: ${root}/keys
sinks:
  - namespace: shop
    directory: ${sink.folder}
    allowDisk: ${sink.onDisk}
git:
  allowedHosts: ['${host}']
lease:
  minTtl: 5s
status:
  socket: ${root}/status.sock
log:
  format: json
`;
}

/** Writes the configuration and the two objects: where from, and what is made of it. */
export async function writeObjects(
  { root, configFile, sink }: Workspace,
  { url, caPem }: { readonly url: string; readonly caPem: string },
): Promise<void> {
  await writeFile(configFile, renderConfig(root, sink, new URL(url).host));
  await writePrivateFiles(root, { 'keys/shop/git/ca.crt': caPem });
  await writeFile(join(root, 'objects', 'shop.yaml'), renderObjects(url));
}

/** What Mayfly shall do, in one namespace of a machine or a cluster. */
export function renderObjects(url: string): string {
  return `apiVersion: mayfly.dev/v1alpha1
kind: GitSource
metadata: { name: config, namespace: shop }
spec:
  url: ${url}
  ref: { branch: main }
  interval: 1s
  timeout: 10s
  auth: { type: none, secretRef: { name: git } }
---
apiVersion: mayfly.dev/v1alpha1
kind: EphemeralSecret
metadata: { name: all, namespace: shop }
spec:
  sourceRef: { name: config }
  path: secrets
  decryption: { keys: [{ secretRef: { name: age } }] }
  target: { manifests: {} }
  ttl: ${demoTtl}
`;
}

/** Files by their paths below a folder, which only their owner may read. */
export async function writePrivateFiles(
  root: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o400 });
  }
}
