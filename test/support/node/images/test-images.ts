import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readCacheFolder } from '#test/support/parts/cache-folder.ts';
import { withLock } from '#test/support/parts/lock.ts';
import { requirePart } from '#test/support/parts.ts';
import { openBuildah } from '#tools/image/buildah.ts';

interface TestImage {
  readonly name: string;
  readonly program: string;
  /** Where it is in the image. */
  readonly path: string;
  /** Lines of the Dockerfile after the program is there. */
  readonly lines: readonly string[];
}

export const busyboxImage = 'localhost/busybox:test';

/** The image of the container that keeps the namespaces of each pod; returns its archive. */
export async function buildPause(): Promise<string> {
  const program = await requirePart('pause');
  return buildTestImage({
    name: 'localhost/pause:3',
    program,
    path: '/pause',
    lines: ['USER 65535:65535', 'ENTRYPOINT ["/pause"]'],
  });
}

/** Debian's busybox with a link for each command: an application with a shell. Returns its archive. */
export async function buildBusybox(): Promise<string> {
  return buildTestImage({
    name: busyboxImage,
    program: '/bin/busybox',
    path: '/bin/busybox',
    lines: ['RUN ["/bin/busybox", "--install", "-s", "/bin"]', 'ENV PATH=/bin'],
  });
}

/** Built once and kept beside the parts. */
async function buildTestImage({ name, program, path, lines }: TestImage): Promise<string> {
  const dockerfile = ['FROM scratch', `COPY program ${path}`, ...lines, ''].join('\n');
  const hash = createHash('sha256')
    .update(name)
    .update(dockerfile)
    .update(await readFile(program));
  const file = `${basename(program)}-${hash.digest('hex').slice(0, 16)}.tar`;
  const archive = join(readCacheFolder(), 'images', file);
  await withLock(`${archive}.lock`, async () => {
    if (!existsSync(archive)) await buildInto(archive, { name, program, dockerfile });
  });
  return archive;
}

async function buildInto(
  archive: string,
  image: { readonly name: string; readonly program: string; readonly dockerfile: string },
): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), 'mayfly-image-'));
  const buildah = await openBuildah();
  try {
    await copyFile(image.program, join(context, 'program'));
    const dockerfile = join(context, 'Dockerfile');
    await writeFile(dockerfile, image.dockerfile);
    await buildah.build({ context, dockerfile, name: image.name });
    await buildah.writeArchive(image.name, `${archive}.${process.pid}`);
    await rename(`${archive}.${process.pid}`, archive);
  } finally {
    await buildah.close();
    await rm(context, { recursive: true, force: true });
  }
}
