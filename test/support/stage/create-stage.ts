/**
 * One machine for the real program: folders of objects, keys, state and secrets, a repository on a real https host,
 * and files encrypted in this process. Free of what a test wants to prove; {@link startMayfly} runs the program on it.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readAgeVector } from '../age/vectors.ts';
import type { TestGitServer } from '../git-server/create-test-git-server.ts';
import { createTempFolder } from '../temp-folder.ts';
import { createSealedRepository, type SealedRepository } from './create-sealed-repository.ts';

export const stageNamespace = 'shop';

export interface StageOptions {
  /** More settings, by their names. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** More hosts that git may be asked at. */
  readonly hosts?: readonly string[];
}

/** An object as it stands in the folder. */
export interface StageObject {
  readonly kind: 'GitSource' | 'EphemeralSecret';
  readonly name: string;
  readonly spec: object;
}

export interface Stage extends SealedRepository {
  readonly root: string;
  readonly config: string;
  readonly socket: string;
  readonly state: string;
  readonly objects: string;
  /** Where the secrets of {@link stageNamespace} appear. */
  readonly secrets: string;
  /** Writes the configuration anew. */
  configure(options: StageOptions): Promise<void>;
  /** One file of objects. */
  writeObjects(file: string, objects: readonly StageObject[]): Promise<void>;
  /** The key file `NAME/KEY`. */
  writeKey(place: string, content: string | Uint8Array, mode?: number): Promise<void>;
  remove(): Promise<void>;
}

export async function createStage(options: StageOptions = {}): Promise<Stage> {
  const temp = await createTempFolder();
  const root = temp.path;
  const places = {
    root,
    config: join(root, 'mayfly.yaml'),
    socket: join(root, 'status.sock'),
    state: join(root, 'state'),
    objects: join(root, 'objects'),
    secrets: join(root, 'secrets'),
  };
  await mkdir(places.objects);
  await mkdir(places.secrets);
  const repository = await createSealedRepository(root);
  const { server } = repository;
  const stage: Stage = {
    ...places,
    ...repository,
    configure: async (changed) =>
      await writeFile(places.config, renderConfiguration(places, server, changed)),
    writeObjects: async (file, objects) =>
      await writeFile(join(places.objects, file), objects.map(renderObject).join('---\n')),
    writeKey: async (place, content, mode = 0o400) =>
      await writeKey(join(root, 'keys', stageNamespace, place), content, mode),
    async remove(): Promise<void> {
      await server.close();
      await temp.remove();
    },
  };
  await stage.writeKey('age/keys.txt', await readAgeVector('x25519.txt'));
  await stage.writeKey('ca/ca.crt', server.caPem);
  await stage.configure(options);
  return stage;
}

function renderConfiguration(
  { root, state, objects, secrets, socket }: Places,
  server: TestGitServer,
  { settings = {}, hosts = [] }: StageOptions,
): string {
  return JSON.stringify({
    objectsDir: objects,
    stateDir: state,
    secretsDir: join(root, 'keys'),
    sinks: [{ namespace: stageNamespace, directory: secrets, allowDisk: true }],
    git: { allowedHosts: [new URL(server.url).host, ...hosts] },
    status: { socket },
    ...settings,
  });
}

type Places = Pick<Stage, 'root' | 'state' | 'objects' | 'secrets' | 'socket'>;

function renderObject({ kind, name, spec }: StageObject): string {
  const metadata = { name, namespace: stageNamespace };
  return `${JSON.stringify({ apiVersion: 'mayfly.dev/v1alpha1', kind, metadata, spec })}\n`;
}

async function writeKey(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  await writeFile(path, content, { mode });
}

/** A source of the stage's repository, with these changes. */
export function aSource(
  stage: Pick<Stage, 'server'>,
  name: string,
  change: object = {},
): StageObject {
  const spec = {
    url: stage.server.url,
    ref: { branch: 'main' },
    interval: '10m',
    auth: { type: 'none', secretRef: { name: 'ca' } },
    ...change,
  };
  return { kind: 'GitSource', name, spec };
}

export function aSecret(name: string, change: object = {}): StageObject {
  const spec = {
    sourceRef: { name: 'repo' },
    path: 'secrets',
    decryption: { keys: [{ secretRef: { name: 'age' } }] },
    target: { manifests: {} },
    ttl: '1h',
    ...change,
  };
  return { kind: 'EphemeralSecret', name, spec };
}
