import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommand } from '#tools/steps/run-command.ts';

export interface ImageBuild {
  /** The folder that files are copied from. */
  readonly context: string;
  readonly dockerfile: string;
  /** The stage; default: the last one. */
  readonly target?: string;
  /** The image that the build argument BASE names. */
  readonly base?: string;
  /** Such as `localhost/mayfly:test`. */
  readonly name: string;
}

/** Builds images and forgets them when it is closed; each is kept by writing it to an archive. */
export interface Buildah {
  build(image: ImageBuild): Promise<void>;
  /** Writes an image as an archive that containerd, podman and docker take in. */
  writeArchive(name: string, file: string): Promise<void>;
  close(): Promise<void>;
}

/** Null when images can be built here, else why not. */
export function whyNoBuildah(): string | null {
  if (process.getuid?.() !== 0) return 'building images needs root';
  try {
    execFileSync('buildah', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'buildah is not installed';
  }
}

/** Needs root, and `buildah` on the path; fetches nothing by itself. Throws with what it printed when it fails. */
export async function openBuildah(): Promise<Buildah> {
  const folder = await mkdtemp(join(tmpdir(), 'mayfly-buildah-'));
  const places = ['--root', join(folder, 'images'), '--runroot', join(folder, 'run')];
  const global = ['--storage-driver', 'vfs', ...places];
  return {
    build: async ({ context, dockerfile, target, base, name }) => {
      const stage = target === undefined ? [] : ['--target', target];
      const from = base === undefined ? [] : ['--build-arg', `BASE=${base}`];
      const how = ['--isolation', 'chroot', '--network', 'host', '--format', 'oci'];
      const what = ['--file', dockerfile, '--tag', name, context];
      await runBuildah([...global, 'build', '--pull-never', ...how, ...stage, ...from, ...what]);
    },
    writeArchive: async (name, file) => {
      await mkdir(dirname(file), { recursive: true });
      await runBuildah([...global, 'push', name, `docker-archive:${file}:${name}`]);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function runBuildah(args: readonly string[]): Promise<void> {
  const { exitCode, output } = await runCommand('buildah', args, { timeoutMs: 300_000 });
  if (exitCode !== 0) throw new Error(`buildah ${args.join(' ')} failed:\n${output.slice(-4000)}`);
}
