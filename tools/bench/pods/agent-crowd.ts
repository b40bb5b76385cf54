import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, Figure } from '../benchmark.ts';
import { renderLimit, renderPlain } from '../figures.ts';
import { waitUntil } from '../sync/wait-until.ts';
import {
  openAgentStage,
  type AgentStage,
  type StartedAgent,
  type VaultRequest,
} from './agent-stage.ts';

const count = 200;
const tokenSeconds = 60;
const outageSeconds = 30;
const loginPath = 'auth/jwt/login';

/** Many pods start at once; then their Vault is gone for a while. */
export const agentCrowd: Benchmark = {
  name: 'agent-200',
  summary: `${count} sidecars that start at once, and an outage of their Vault`,
  isLong: true,
  needs: 'vault',
  async run(say) {
    const stage = await openAgentStage(say);
    const agents: StartedAgent[] = [];
    try {
      await stage.vault.root.call('POST', 'auth/jwt/role/app', {
        role_type: 'jwt',
        token_ttl: `${tokenSeconds}s`,
      });
      const started = await measureStart(stage, agents, say);
      return [
        ...started,
        ...(await measureTerms(stage, say)),
        ...(await measureOutage(stage, say)),
        renderPlain('agent-200-alive', await countAlive(agents), ''),
      ];
    } finally {
      await Promise.all(agents.map(async (agent) => await agent.stop()));
      await stage.close();
    }
  },
};

async function measureStart(
  stage: AgentStage,
  agents: StartedAgent[],
  say: (progress: string) => void,
): Promise<readonly Figure[]> {
  const pods = await Promise.all(Array.from({ length: count }, stage.createPod));
  say(`starting ${count}`);
  const started = performance.now();
  for (const pod of pods) agents.push(stage.startOurs(pod));
  const written = await Promise.allSettled(agents.map(async (agent) => await agent.writtenAfterMs));
  const seconds = (performance.now() - started) / 1000;
  const failed = written.filter(({ status }) => status === 'rejected').length;
  const logins = (await stage.readRequests()).filter(({ path }) => path === loginPath);
  const times = logins.map(({ atMs }) => atMs);
  const spread = (Math.max(...times) - Math.min(...times)) / 1000;
  return [
    renderLimit('agent-200-failed', failed, { unit: '', limit: 0 }),
    renderPlain('agent-200-all-written', seconds, 's'),
    renderLimit('agent-200-logins', logins.length, { unit: '', limit: count }),
    renderPlain('agent-200-logins-spread', spread, 's'),
    renderPlain('agent-200-logins-peak', findPeak(logins), 'a second'),
  ];
}

/** One life of a token: each agent renews once in it. */
async function measureTerms(
  stage: AgentStage,
  say: (progress: string) => void,
): Promise<readonly Figure[]> {
  say('renewals');
  const before = (await stage.readRequests()).length;
  await sleep(tokenSeconds * 1000);
  const requests = (await stage.readRequests()).slice(before);
  return [
    renderPlain('agent-200-renewals', requests.length, `in ${tokenSeconds} s`),
    renderPlain('agent-200-renewals-peak', findPeak(requests), 'a second'),
  ];
}

/** What a sealed Vault is asked it does not write down: counted is what comes after. */
async function measureOutage(
  stage: AgentStage,
  say: (progress: string) => void,
): Promise<readonly Figure[]> {
  const before = (await stage.readRequests()).length;
  await stage.vault.seal();
  say('an outage');
  await sleep(outageSeconds * 1000);
  await stage.vault.unseal();
  const back = Date.now();
  say('after the outage');
  await waitUntil('the agents to be back', async () => {
    const requests = (await stage.readRequests()).slice(before);
    return requests.filter(({ atMs }) => atMs >= back).length >= count;
  });
  const after = (await stage.readRequests()).slice(before).filter(({ atMs }) => atMs >= back);
  const last = Math.max(...after.slice(0, count).map(({ atMs }) => atMs));
  return [
    renderPlain('agent-200-after-outage', (last - back) / 1000, 's to 200 requests'),
    renderPlain('agent-200-after-outage-peak', findPeak(after), 'a second'),
    renderPlain(
      'agent-200-after-outage-logins',
      after.filter(({ path }) => path === loginPath).length,
      '',
    ),
  ];
}

/** The most that came within any one second. */
function findPeak(requests: readonly VaultRequest[]): number {
  const times = requests.map(({ atMs }) => atMs).toSorted((left, right) => left - right);
  return Math.max(
    0,
    ...times
      .map((at, index) => times.slice(index).findIndex((later) => later >= at + 1000))
      .map((width, index) => (width === -1 ? times.length - index : width)),
  );
}

async function countAlive(agents: readonly StartedAgent[]): Promise<number> {
  const alive = await Promise.all(
    agents.map(
      async ({ proc }) =>
        await proc.residentMiB().then(
          () => true,
          () => false,
        ),
    ),
  );
  return alive.filter(Boolean).length;
}
