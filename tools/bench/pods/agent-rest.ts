import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, Figure } from '../benchmark.ts';
import { renderPlain } from '../figures.ts';
import { openAgentStage, type AgentStage, type StartedAgent } from './agent-stage.ts';

const restSeconds = 30;
/** Our agent gives back what its start took 10 s after it. */
const settleMs = 15_000;

/** What a sidecar takes while nothing happens. The memory that is its own is a figure of `agent`. */
export const agentRest: Benchmark = {
  name: 'agent-rest',
  summary: `the sidecar at rest for ${restSeconds} s, processor time and resident memory, beside Vault's agent`,
  isLong: true,
  needs: 'vault',
  async run(say) {
    const stage = await openAgentStage(say);
    try {
      say('at rest');
      return await measure(stage);
    } finally {
      await stage.close();
    }
  },
};

async function measure(stage: AgentStage): Promise<readonly Figure[]> {
  const own = stage.startOurs(await stage.createPod());
  const peer = await stage.startPeer();
  const [ours, theirs] = await Promise.all([watchRest(own), watchRest(peer)]);
  return [
    compareWith(renderPlain('agent-rest-cpu', ours.cpuMs, `ms in ${restSeconds} s`), theirs.cpuMs),
    compareWith(renderPlain('agent-rest-resident', ours.residentMiB, 'MiB'), theirs.residentMiB),
  ];
}

function compareWith(figure: Figure, theirs: number): Figure {
  const peer = renderPlain('', theirs, figure.unit).value;
  return { ...figure, peer, ratio: peer / figure.value };
}

interface Rest {
  readonly residentMiB: number;
  readonly cpuMs: number;
}

/** Without what its start took. */
async function watchRest(agent: StartedAgent): Promise<Rest> {
  try {
    await agent.writtenAfterMs;
    await sleep(settleMs);
    const before = await agent.proc.cpuSeconds();
    await sleep(restSeconds * 1000);
    const cpuMs = ((await agent.proc.cpuSeconds()) - before) * 1000;
    return { residentMiB: await agent.proc.residentMiB(), cpuMs };
  } finally {
    await agent.stop();
  }
}
