import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '#tools/steps/run-command.ts';
import { openBuildah, whyNoBuildah } from './buildah.ts';
import { buildImages, createImageBundles } from './build-images.ts';
import { measureArchive } from './read-archive.ts';

/**
 * `npm run image [-- --bundle]`: bundles the program into `dist/`, builds the images on a base made from this machine,
 * writes them to `dist/images/` and prints their sizes. With `--bundle` it stops after the first step.
 */
const dist = join(root, 'dist');
await rm(dist, { recursive: true, force: true });
await createImageBundles(dist);
if (!process.argv.includes('--bundle')) await buildAll();

async function buildAll(): Promise<void> {
  const reason = whyNoBuildah();
  if (reason !== null) throw new Error(reason);
  const buildah = await openBuildah();
  try {
    for (const { name, archive } of await buildImages(buildah, root, join(dist, 'images'))) {
      const { unpackedBytes, packedBytes } = await measureArchive(archive);
      console.log(
        `${name}: ${renderMegabytes(unpackedBytes)} unpacked, ${renderMegabytes(packedBytes)} as it is pulled (${archive})`,
      );
    }
  } finally {
    await buildah.close();
  }
}

function renderMegabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
