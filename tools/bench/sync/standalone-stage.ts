import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import { createBundle } from '#tools/bundle/bundle.ts';
import { secretName } from '../sealed-files.ts';
import { preparePushHook, pushHookToken } from '../push-hook.ts';
import { startMayfly, type ProgramPlace, type RunningMayfly } from './running-mayfly.ts';
import { createSinkFolder, type SinkFolder } from './sink-folder.ts';
import {
  createSourceStage,
  pushSealedFiles,
  repositoryPath,
  type SourceStage,
} from './source-stage.ts';
import { waitUntil } from './wait-until.ts';

export const namespace = 'bench';
const sourceName = 'source';

/** One EphemeralSecret of all files, or one for each file. */
export type Layout = 'one' | 'many';

export interface StandaloneStageOptions {
  readonly count: number;
  readonly values: number;
  readonly layout: Layout;
  /** Whether the repository is still empty at the start. */
  readonly empty: boolean;
}

/** A repository and everything that `mayfly standalone` needs to follow it. */
export interface StandaloneStage extends SourceStage {
  readonly sink: SinkFolder;
  readonly place: ProgramPlace;
  readonly objectCount: number;
  start(): Promise<RunningMayfly>;
}

export async function createStandaloneStage(
  options: StandaloneStageOptions,
  say: (progress: string) => void,
): Promise<StandaloneStage> {
  const source = await createSourceStage(options, say);
  const sink = await createSinkFolder();
  const { folder } = source;
  const [metricsPort = 0, hookPort = 0] = await findFreePorts(2);
  const place: ProgramPlace = {
    program: await createBundle(join(folder, 'program')),
    role: 'standalone',
    folder,
    configFile: join(folder, 'mayfly.yaml'),
    metricsPort,
    pushHook: await preparePushHook(folder, { namespace, name: sourceName, port: hookPort }),
  };
  await writeFile(place.configFile, renderConfig(place, sink, source));
  await writeKeys(source);
  await writeObjects(source, options);
  return {
    ...source,
    sink,
    place,
    objectCount: options.layout === 'one' ? 1 : options.count,
    start: () => startMayfly(place),
    close: async () => {
      await sink.remove();
      await source.close();
    },
  };
}

/** How many Secrets are in the sink; each appears there whole, by one rename. */
async function countSecrets({ sink }: Pick<StandaloneStage, 'sink'>): Promise<number> {
  return (await readdir(sink.path)).filter((name) => !name.startsWith('..')).length;
}

/** Waits until every EphemeralSecret was looked at since the start. */
export async function waitForPasses(
  { objectCount }: StandaloneStage,
  running: RunningMayfly,
): Promise<void> {
  const name = 'mayfly_reconcile_total';
  await waitUntil(
    'the first passes',
    async () => (await running.readMetric(name, 'ephemeral-secret')) >= objectCount,
    { pauseMs: 250 },
  );
}

/** From the moment the host has the push of all files and tells of it, until every Secret is there; in ms. */
export async function timePush(stage: StandaloneStage, running: RunningMayfly): Promise<number> {
  const { files } = stage.sealed;
  await pushSealedFiles(stage, files);
  const started = performance.now();
  await running.tellOfPush();
  await waitUntil('every Secret', async () => (await countSecrets(stage)) >= files.length);
  return performance.now() - started;
}

/** Where a key of the Secret of a file is found. */
export function secretFile({ sink }: StandaloneStage, index: number, key: string): string {
  return join(sink.path, secretName(index), key);
}

function renderConfig(place: ProgramPlace, sink: SinkFolder, { server }: SourceStage): string {
  return `objectsDir: ${place.folder}/objects
stateDir: ${place.folder}/state
secretsDir: ${place.folder}/keys
sinks:
  - namespace: ${namespace}
    directory: ${sink.path}
    allowDisk: ${sink.onDisk}
git:
  allowedHosts: ['${new URL(server.url).host}']
status:
  socket: ${place.folder}/status.sock
http:
  listen: 127.0.0.1:${place.metricsPort}
pushHooks:
  listen: 127.0.0.1:${new URL(place.pushHook.url).port}
  certFile: ${place.folder}/hook-cert.pem
  keyFile: ${place.folder}/hook-key.pem
log:
  level: warn
  format: json
`;
}

async function writeKeys({ folder, sealed, server }: SourceStage): Promise<void> {
  const keys = join(folder, 'keys', namespace);
  await mkdir(join(keys, 'age'), { recursive: true, mode: 0o700 });
  await mkdir(join(keys, 'git'), { mode: 0o700 });
  await mkdir(join(keys, 'hook'), { mode: 0o700 });
  await writeFile(join(keys, 'hook', 'token'), pushHookToken, { mode: 0o400 });
  await copyFile(sealed.identityFile, join(keys, 'age', 'keys.txt'));
  await writeFile(join(keys, 'git', 'ca.crt'), server.caPem, { mode: 0o400 });
}

async function writeObjects(
  source: SourceStage,
  { layout }: StandaloneStageOptions,
): Promise<void> {
  const objects = join(source.folder, 'objects');
  await mkdir(objects);
  await writeFile(join(objects, 'source.yaml'), renderSource(source.server.url));
  if (layout === 'one') {
    await writeFile(join(objects, 'all.yaml'), renderSecret('all', 'secrets'));
    return;
  }
  for (const file of source.sealed.files) {
    const name = basename(file, '.yaml');
    await writeFile(join(objects, `${name}.yaml`), renderSecret(name, repositoryPath(file)));
  }
}

/** Asked once an hour: what is measured is started by a push alone. */
function renderSource(url: string): string {
  return `apiVersion: mayfly.dev/v1alpha1
kind: GitSource
metadata: { name: ${sourceName}, namespace: ${namespace} }
spec:
  url: ${url}
  ref: { branch: main }
  interval: 1h
  timeout: 60s
  auth: { type: none, secretRef: { name: git } }
  hook: { type: generic, secretRef: { name: hook } }
`;
}

function renderSecret(name: string, path: string): string {
  return `apiVersion: mayfly.dev/v1alpha1
kind: EphemeralSecret
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  sourceRef: { name: ${sourceName} }
  path: ${path}
  decryption: { keys: [{ secretRef: { name: age } }] }
  target: { manifests: {} }
  ttl: 24h
`;
}
