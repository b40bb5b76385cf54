import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '#test/support/arch/source-files.ts';
import { readCacheFolder } from '#test/support/parts/cache-folder.ts';
import { withLock } from '#test/support/parts/lock.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { openBuildah } from '#tools/image/buildah.ts';
import { buildImages, createImageBundles } from '#tools/image/build-images.ts';

/** Archives of the images that ship. */
export interface MayflyImages {
  readonly agent: string;
  readonly controller: string;
}

/** Builds the images of these sources, unless the last ones are the same. */
export async function buildMayflyImages(): Promise<MayflyImages> {
  const context = await createTempFolder();
  try {
    await createImageBundles(join(context.path, 'dist'));
    await cp(join(root, 'tools', 'image'), join(context.path, 'tools', 'image'), {
      recursive: true,
    });
    const folder = join(readCacheFolder(), 'images', `mayfly-${await hashOf(context.path)}`);
    await withLock(`${folder}.lock`, async () => {
      if (!existsSync(folder)) await buildInto(folder, context.path);
    });
    return { agent: join(folder, 'agent.tar'), controller: join(folder, 'controller.tar') };
  } finally {
    await context.remove();
  }
}

/** Of all that gets into the images: our files, and the Node that runs now. */
async function hashOf(context: string): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  hash.update(await readFile(join(root, 'Dockerfile')));
  const entries = await readdir(context, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
  for (const path of paths) hash.update(path.slice(context.length)).update(await readFile(path));
  return hash.digest('hex').slice(0, 16);
}

async function buildInto(folder: string, context: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  const buildah = await openBuildah();
  try {
    await mkdir(unfinished, { recursive: true });
    await buildImages(buildah, context, unfinished);
    await removeOlder(folder);
    await rename(unfinished, folder);
  } finally {
    await buildah.close();
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Those of earlier sources: each is as large as all of Node, twice. A test that runs now has read its own. */
async function removeOlder(folder: string): Promise<void> {
  const parent = join(folder, '..');
  const older = (await readdir(parent)).filter((name) => /^mayfly-[0-9a-f]{16}$/u.test(name));
  for (const name of older) await rm(join(parent, name), { recursive: true, force: true });
}
