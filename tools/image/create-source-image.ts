import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runCommand } from '#tools/steps/run-command.ts';
import type { Buildah } from './buildah.ts';

const name = 'localhost/mayfly-source';

/** What the images are made of, as Debian names it. */
const programs = [
  '/usr/bin/git',
  '/usr/lib/git-core/git-remote-http',
  '/usr/lib/git-core/git-remote-https',
  '/usr/bin/ssh',
  '/etc/ssl/certs/ca-certificates.crt',
];

/**
 * Makes the image that ours are taken from out of what this machine has: the Node that runs now, Debian's git and ssh.
 * Returns its name.
 */
export async function createSourceImage(buildah: Buildah): Promise<string> {
  const context = await mkdtemp(join(tmpdir(), 'mayfly-source-'));
  try {
    const files = join(context, 'files');
    await mkdir(files);
    const node = `${process.execPath}:/usr/local/bin/node`;
    const collect = join(root, 'tools', 'image', 'collect-files.mjs');
    const args = [collect, files, node, ...programs];
    const { exitCode, output } = await runCommand(process.execPath, args);
    if (exitCode !== 0)
      throw new Error(`the files of the image could not be collected:\n${output}`);
    const dockerfile = join(context, 'Dockerfile');
    await writeFile(dockerfile, 'FROM scratch\nCOPY files /\n');
    await buildah.build({ context, dockerfile, name });
    return name;
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
