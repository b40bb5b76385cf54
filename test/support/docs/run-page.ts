import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readCleanEnvironment } from '#tools/demo/clean-environment.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const run = promisify(execFile);

/** The shell blocks of a page, in order. */
export async function readBlocks(page: string): Promise<readonly string[]> {
  const text = await readFile(`${root}${page}`, 'utf8');
  return [...text.matchAll(/^```sh\n([^]*?)^```$/gmu)].map(([, block]) => block ?? '');
}

/**
 * Runs the blocks as one script in the root of the repository, but for the installation of dependencies, and resolves
 * to what they print. Whatever they start ends with the script, also when one of them fails.
 */
export async function runBlocks(
  blocks: readonly string[],
  options: { readonly timeoutMs: number; readonly env?: NodeJS.ProcessEnv },
): Promise<string> {
  const script = [
    'set -eu',
    "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT",
    ...blocks.map((block) => block.replace(/^npm install.*$/mu, '')),
  ];
  const env = { ...readCleanEnvironment(), ...options.env };
  const limits = { cwd: root, timeout: options.timeoutMs, env };
  try {
    return (await run('bash', ['-c', script.join('\n')], limits)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; stderr?: string };
    const ends = [stdout, stderr].map((text) => text.slice(-2000));
    throw new Error(`the page does not work:\n${ends.join('\n')}`, { cause: error });
  }
}
