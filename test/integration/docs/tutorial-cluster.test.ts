import { dirname } from 'node:path';
import { expect, it } from '@jest/globals';
import { describeWithCluster } from '#test/support/cluster/describe-with-cluster.ts';
import { readBlocks, runBlocks } from '#test/support/docs/run-page.ts';
import { requirePart } from '#test/support/parts.ts';

await describeWithCluster('docs/tutorial-cluster.md', { controllers: true }, (cluster) => {
  it('works block by block on a real API server, as a reader types it', async () => {
    const blocks = await readBlocks('docs/tutorial-cluster.md');
    expect(blocks.length).toBeGreaterThan(15);
    const programs = dirname(await requirePart('kubectl'));
    const env = {
      KUBECONFIG: await cluster().writeKubeconfig(),
      PATH: `${programs}:${process.env['PATH'] ?? ''}`,
    };
    const stdout = await runBlocks(blocks, { timeoutMs: 240_000, env });
    expect(stdout).toMatch(/ephemeralsecret\S+ condition met/u);
    expect(stdout).toMatch(/MAYFLY_SOPS_/u);
    expect(stdout).toMatch(/1 secrets are plain ones/u);
    expect(stdout).toMatch(/^database +Opaque +2 +\S+ +<none>$/mu);
    expect(stdout).not.toContain('not-a-real-one');
  }, 300_000);
});
