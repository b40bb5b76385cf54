import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aPlanFile } from '#test/support/agent/a-plan.ts';
import { createAgentPod, type AgentPod } from '#test/support/agent/create-agent-pod.ts';
import { openFakeVault } from '#test/support/fake-vault/open-fake-vault.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import type { OpenVault } from '#test/support/vault/open-real-vault.ts';

const path = 'secret/data/team/agent';
const files = [aPlanFile({ reference: `vault:${path}#password` })];

describe('a store that names no authority', () => {
  let vault: OpenVault;
  let pod: AgentPod;
  let folder: Awaited<ReturnType<typeof createTempFolder>>;

  beforeAll(async () => {
    vault = await openFakeVault();
    await vault.root.call('POST', path, { data: { password: 'of the test' } });
  }, 30_000);
  afterAll(() => vault.close());
  beforeEach(async () => {
    folder = await createTempFolder();
    pod = await createAgentPod(vault);
    await writeFile(join(folder.path, 'ca.pem'), vault.caPem);
  });
  afterEach(async () => {
    await pod.remove();
    await folder.remove();
  });

  it.each(['--use-openssl-ca', '--use-bundled-ca'])(
    'is trusted by those of Node and those that were added to them, with %s',
    async (flag) => {
      const plan = pod.plan({ files, deadlineMs: 10_000 }, { ca: null });
      const added = join(folder.path, 'ca.pem');
      const agent = pod.start('init', plan, {
        env: { NODE_OPTIONS: flag, NODE_EXTRA_CA_CERTS: added },
      });
      expect(await agent.exited).toBe(0);
      expect(pod.read('password')).toBe('of the test');
    },
  );

  it('is trusted by no others', async () => {
    const plan = pod.plan({ files, deadlineMs: 10_000 }, { ca: null });
    const agent = pod.start('init', plan, { env: { NODE_OPTIONS: '--use-openssl-ca' } });
    expect(await agent.exited).toBe(3);
    expect(agent.said()).toContain('MAYFLY_STORE_CERTIFICATE');
  });
});
