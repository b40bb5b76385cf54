import { build } from 'esbuild';
import { root } from '#tools/steps/run-command.ts';

/** The GitHub Action in one file, as a runner takes it from the repository. The same sources give the same text. */
export async function bundleAction(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['src/roles/ci/action/main.ts'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  return outputFiles.map(({ text }) => text).join('');
}
