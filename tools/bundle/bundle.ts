import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { root } from '#tools/steps/run-command.ts';

/** Beside each other: the worker and the programs are found from wherever the code that starts them lies. */
const entryPoints = {
  mayfly: 'src/main.ts',
  worker: 'src/adapters/decryptor/sops/worker.ts',
  'programs/askpass': 'src/adapters/git-program/programs/askpass.mjs',
  'programs/ssh': 'src/adapters/git-program/programs/ssh.mjs',
};

/** What stands in the path of pods, without anything of the other roles. */
const podEntryPoints = { mayfly: 'src/roles/pod-main.ts' };

/** Packages that are not ES modules have no place in it. */
const agent = { agent: 'src/roles/agent/main.ts' };

/** What packages that are not ES modules expect to find. */
const namesOfCommonJs = [
  "import { createRequire as createRequireOfBundle } from 'node:module';",
  'const require = createRequireOfBundle(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

const options = {
  absWorkingDir: root,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  legalComments: 'none',
  // Compiled parts of packages, which do without them.
  external: ['*.node', 'cpu-features'],
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * Makes what ships: the program with all it needs, without what nothing uses, in one folder. A role loads the files of
 * its own and of what it shares with others. The agent, which starts with every pod, has files that it shares with
 * nobody. Returns the program.
 */
export async function createBundle(folder = join(root, 'dist')): Promise<string> {
  return writeBundle(folder, entryPoints);
}

/** The same for the image of the agent and the webhook. */
export async function createPodBundle(folder: string): Promise<string> {
  return writeBundle(folder, podEntryPoints);
}

async function writeBundle(
  folder: string,
  program: Readonly<Record<string, string>>,
): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  const banner = { js: namesOfCommonJs };
  await Promise.all([
    build({ ...options, entryPoints: program, outdir: folder, banner }),
    build({
      ...options,
      entryPoints: agent,
      outdir: folder,
      chunkNames: 'agent-[name]-[hash]',
      // It is read anew with every pod.
      minifyWhitespace: true,
    }),
  ]);
  return join(folder, 'mayfly.mjs');
}
