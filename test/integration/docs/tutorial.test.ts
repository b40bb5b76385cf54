import { describe, expect, it } from '@jest/globals';
import { readBlocks, runBlocks } from '#test/support/docs/run-page.ts';

describe('docs/tutorial.md', () => {
  it('works block by block, as a reader types it', async () => {
    const blocks = await readBlocks('docs/tutorial.md');
    expect(blocks[0]).toContain('npm install');
    expect(blocks.length).toBeGreaterThan(9);
    const stdout = await runBlocks(blocks, { timeoutMs: 120_000 });
    expect(stdout).toContain('encrypting for age1');
    expect(stdout).toContain('MAYFLY_SOPS');
    expect(stdout).not.toMatch(/not-a-real-one|another-one/u);
  }, 150_000);
});
