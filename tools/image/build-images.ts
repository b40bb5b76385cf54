import { join } from 'node:path';
import { createBundle, createPodBundle } from '#tools/bundle/bundle.ts';
import { root } from '#tools/steps/run-command.ts';
import type { Buildah } from './buildah.ts';
import { createSourceImage } from './create-source-image.ts';

export const agentImage = 'localhost/mayfly-agent:test';
export const controllerImage = 'localhost/mayfly:test';

/** The stages of the Dockerfile that ship, and what they are called. */
const targets = [
  { target: 'agent', name: agentImage },
  { target: 'controller', name: controllerImage },
] as const;

export interface BuiltImage {
  readonly target: 'agent' | 'controller';
  readonly name: string;
  readonly archive: string;
}

/** Writes what the images hold of our own to a folder, as the Dockerfile expects it in `dist/`. */
export async function createImageBundles(folder: string): Promise<void> {
  await createPodBundle(join(folder, 'agent'));
  await createBundle(join(folder, 'program'));
}

/**
 * Builds each image from a context with `dist/` and `tools/image/`, on a base made from this machine, and writes it as
 * an archive.
 */
export async function buildImages(
  buildah: Buildah,
  context: string,
  into: string,
): Promise<readonly BuiltImage[]> {
  const base = await createSourceImage(buildah);
  const dockerfile = join(root, 'Dockerfile');
  const built: BuiltImage[] = [];
  for (const { target, name } of targets) {
    const archive = join(into, `${target}.tar`);
    await buildah.build({ context, dockerfile, target, base, name });
    await buildah.writeArchive(name, archive);
    built.push({ target, name, archive });
  }
  return built;
}
