import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const run = promisify(execFile);

/** The shell blocks of a page, in order, as one script. */
async function readBlocks(page: string): Promise<readonly string[]> {
  const text = await readFile(`${root}${page}`, 'utf8');
  return [...text.matchAll(/^```sh\n([^]*?)^```$/gmu)].map(([, block]) => block ?? '');
}

describe('docs/tutorial.md', () => {
  it('works block by block, as a reader types it', async () => {
    const [install, ...blocks] = await readBlocks('docs/tutorial.md');
    expect(install).toContain('npm install');
    expect(blocks.length).toBeGreaterThan(8);
    const setUp = (install ?? '').replace(/^npm install.*$/mu, '');
    // Whatever the blocks start is ended with the script, also when one of them fails.
    const script = [
      'set -eu',
      "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT",
      setUp,
      ...blocks,
    ];
    const { stdout } = await run('bash', ['-c', script.join('\n')], {
      cwd: root,
      timeout: 120_000,
    });
    expect(stdout).toContain('encrypting for age1');
    expect(stdout).toContain('MAYFLY_SOPS');
    expect(stdout).not.toMatch(/not-a-real-one|another-one/u);
  }, 150_000);
});
