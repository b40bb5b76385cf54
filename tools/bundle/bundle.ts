import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '#tools/steps/run-command.ts';

/** Beside each other: the worker and the programs are found from wherever the code that starts them lies. */
const entryPoints = {
  mayfly: 'src/main.ts',
  worker: 'src/adapters/decryptor/sops/worker.ts',
  'programs/askpass': 'src/adapters/git-program/programs/askpass.mjs',
  'programs/ssh': 'src/adapters/git-program/programs/ssh.mjs',
};

/** What packages that are not ES modules expect to find. */
const namesOfCommonJs = [
  "import { createRequire as createRequireOfBundle } from 'node:module';",
  'const require = createRequireOfBundle(import.meta.url);',
  'const __filename = import.meta.filename;',
  'const __dirname = import.meta.dirname;',
].join('\n');

/**
 * Makes what ships: the program with all it needs, without what nothing uses, in one folder. A role loads the files of
 * its own and of what it shares with others. Returns the program.
 */
export async function createBundle(folder = join(root, 'dist')): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: folder,
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
    banner: { js: namesOfCommonJs },
    logLevel: 'warning',
  });
  return join(folder, 'mayfly.mjs');
}
