import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

const run = promisify(execFile);
const maxBuffer = 1024 * 1024 * 1024;

const indexSchema = Type.Object({ manifests: Type.Array(Type.Object({ digest: Type.String() })) });
const manifestSchema = Type.Object({
  layers: Type.Array(Type.Object({ digest: Type.String(), size: Type.Number() })),
});

export interface ImageSize {
  /** Layers as a registry sends them. */
  readonly packedBytes: number;
  readonly unpackedBytes: number;
}

/** How large the image of an OCI archive is. */
export async function measureArchive(archive: string): Promise<ImageSize> {
  const read = async (path: string): Promise<unknown> =>
    JSON.parse((await run('tar', ['-xOf', archive, path], { maxBuffer })).stdout);
  const index = Value.Parse(indexSchema, await read('index.json'));
  const manifest = Value.Parse(manifestSchema, await read(blobOf(index.manifests[0]?.digest)));
  let unpackedBytes = 0;
  for (const { digest } of manifest.layers) {
    const count = `tar -xOf "$0" "$1" | gzip -dc | wc -c`;
    const { stdout } = await run('sh', ['-c', count, archive, blobOf(digest)]);
    unpackedBytes += Number(stdout);
  }
  const packedBytes = manifest.layers.reduce((sum, { size }) => sum + size, 0);
  return { packedBytes, unpackedBytes };
}

function blobOf(digest = ''): string {
  return `blobs/${digest.replace(':', '/')}`;
}
