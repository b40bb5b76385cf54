import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

const run = promisify(execFile);
const maxBuffer = 64 * 1024 * 1024;

const manifestSchema = Type.Array(
  Type.Object({ Config: Type.String(), Layers: Type.Array(Type.String()) }),
);
const configSchema = Type.Object({
  config: Type.Object({
    User: Type.String(),
    Entrypoint: Type.Array(Type.String()),
    Env: Type.Array(Type.String()),
    Labels: Type.Record(Type.String(), Type.String()),
  }),
});

export interface ReadImage extends Static<typeof configSchema> {
  /** Absolute paths of all files and links. */
  readonly paths: readonly string[];
  readonly layers: readonly string[];
}

export interface ImageSize {
  /** As it lies on a disk. */
  readonly unpackedBytes: number;
  /** Compressed by gzip, as a registry sends it. */
  readonly packedBytes: number;
}

/** What the archive of an image holds. */
export async function readArchive(archive: string): Promise<ReadImage> {
  const [manifest] = Value.Parse(manifestSchema, await extractJson(archive, 'manifest.json'));
  const { Config: configPath = '', Layers: layers = [] } = manifest ?? {};
  const { config } = Value.Parse(configSchema, await extractJson(archive, configPath));
  const listed = await Promise.all(layers.map((layer) => pipeLayer(archive, layer, 'tar -t')));
  const paths = listed.flatMap((list) => list.split('\n')).filter((path) => !path.endsWith('/'));
  return { config, layers, paths: paths.map((path) => `/${path}`) };
}

export async function measureArchive(archive: string): Promise<ImageSize> {
  const { layers } = await readArchive(archive);
  let packedBytes = 0;
  for (const layer of layers)
    packedBytes += Number(await pipeLayer(archive, layer, 'gzip | wc -c'));
  return { packedBytes, unpackedBytes: (await stat(archive)).size };
}

async function extractJson(archive: string, path: string): Promise<unknown> {
  return JSON.parse((await run('tar', ['-xOf', archive, path], { maxBuffer })).stdout);
}

async function pipeLayer(archive: string, layer: string, command: string): Promise<string> {
  const pipe = `tar -xOf "$0" "$1" | ${command}`;
  return (await run('sh', ['-c', pipe, archive, layer], { maxBuffer })).stdout;
}

/** Writes the file system of the image to a folder. */
export async function unpackArchive(archive: string, folder: string): Promise<void> {
  const { layers } = await readArchive(archive);
  for (const layer of layers) await pipeLayer(archive, layer, `tar -x -C '${folder}'`);
}
