import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { aPlanFile } from '#test/support/agent/a-plan.ts';
import {
  createAgentPod,
  type AgentPod,
  type RunningAgent,
} from '#test/support/agent/create-agent-pod.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import { itSurvives } from '#test/support/kube-world/it-survives.ts';
import { openRealVault, type OpenVault } from '#test/support/vault/open-real-vault.ts';
import { untilSlowly } from '#test/support/until.ts';

const path = 'secret/data/team/fault';
const files = [aPlanFile({ reference: `vault:${path}#password` })];

await describeWithParts(['vault'], 'mayfly agent', ({ vault: program }) => {
  let vault: OpenVault;
  let pod: AgentPod;
  const started: RunningAgent[] = [];

  function start(...args: Parameters<AgentPod['start']>): RunningAgent {
    const agent = pod.start(...args);
    started.push(agent);
    return agent;
  }

  async function put(password: string): Promise<void> {
    await vault.root.call('POST', path, { data: { password } });
  }

  beforeAll(async () => {
    vault = await openRealVault(program);
  }, 60_000);
  afterAll(() => vault.close());
  beforeEach(async () => {
    await put('the-first-one');
    pod = await createAgentPod(vault);
  });
  afterEach(async () => {
    for (const agent of started.splice(0)) await agent.stop();
    await pod.remove();
  });

  itSurvives(
    {
      id: 'F10',
      fault: 'the clock of who makes the tokens is wrong',
      deed: 'tokens of a pod that are 45 s and 10 min off, both ways',
    },
    async (see) => {
      for (const [seconds, code] of [
        [45, 0],
        [-45, 0],
        [600, 3],
        [-1200, 3],
      ] as const) {
        const now = Math.floor(Date.now() / 1000) + seconds;
        await pod.writeToken(vault.tokens.make({ iat: now, nbf: now, exp: now + 600 }));
        const agent = start('init', pod.plan({ files, deadlineMs: 2000 }));
        expect(await agent.exited).toBe(code);
        see(`${seconds} s off: exit code ${code}`);
      }
      const told = readFileSync(pod.terminationPath, 'utf8');
      expect(told).toContain('MAYFLY_STORE_LOGIN_DENIED');
    },
  );

  itSurvives(
    {
      id: 'F11',
      fault: 'the store is sealed',
      deed: 'a sidecar that has its files, and a pod that starts meanwhile',
    },
    async (see) => {
      const sidecar = start('sidecar', pod.plan({ files, refreshMs: 300 }));
      await untilSlowly(async () => sidecar.said().includes('values written'));
      await vault.seal();
      await untilSlowly(async () => sidecar.said().includes('what was read before is kept'));
      expect(pod.read('password')).toBe('the-first-one');
      see('the sidecar keeps its files, and says so');
      const late = start('init', pod.plan({ files, deadlineMs: 2000 }));
      expect(await late.exited).toBe(75);
      expect(readFileSync(pod.terminationPath, 'utf8')).toContain('status=503');
      see('who starts meanwhile ends with 75 at its deadline, and names the status');
      await vault.unseal();
      await put('the-second-one');
      await untilSlowly(async () => pod.read('password') === 'the-second-one');
      see('the files are up to date again after the seal is broken');
    },
  );

  itSurvives(
    { id: 'F13', fault: 'a login is revoked', deed: 'the token of a sidecar, at the store' },
    async (see) => {
      const agent = start('sidecar', pod.plan({ files, refreshMs: 300 }));
      await untilSlowly(async () => agent.said().includes('values written'));
      const [accessor = ''] = accessorsOf(agent);
      await vault.root.call('POST', 'auth/token/revoke-accessor', { accessor });
      await put('the-second-one');
      await untilSlowly(async () => pod.read('password') === 'the-second-one');
      expect(accessorsOf(agent)).toHaveLength(2);
      see('one more login, and no more');
    },
  );
});

function accessorsOf({ said }: RunningAgent): readonly string[] {
  return [...said().matchAll(/"accessor":"([^"]+)"/gu)].map((found) => found[1] ?? '');
}
