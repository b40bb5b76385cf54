import { setTimeout as delay } from 'node:timers/promises';
import type { PlanFile } from '#core/injection/agent-plan.ts';
import { readPrivateMemory } from '#platform/programs/read-private-memory.ts';
import { findMedian, type Benchmark, type Figure } from '../benchmark.ts';
import { renderLimit, renderPlain } from '../figures.ts';
import { benchFile, openAgentStage, type AgentStage, type StartedAgent } from './agent-stage.ts';

type Say = (progress: string) => void;

/** Start, and memory at rest. */
export const agent: Benchmark = {
  name: 'agent',
  summary: 'agent in a pod, start to file and memory, against the agent of Vault',
  needs: 'vault',
  run: async (say) =>
    await withStage(async (stage) => [
      await measureStarts(stage, say),
      ...(await measureIdle(stage, say)),
    ]),
};

/** Memory after much work. */
export const agentLoad: Benchmark = {
  name: 'agent-load',
  summary: 'agent in a pod, memory during and after 1,000 renewals',
  isLong: true,
  needs: 'vault',
  run: async (say) => await withStage(async (stage) => await measureRenewals(stage, say)),
};

async function withStage(
  measure: (stage: AgentStage) => Promise<readonly Figure[]>,
): Promise<readonly Figure[]> {
  const stage = await openAgentStage();
  try {
    return await measure(stage);
  } finally {
    await stage.close();
  }
}

const starts = 15;

async function measureStarts(stage: AgentStage, say: Say): Promise<Figure> {
  const measured = { ours: new Array<number>(), peer: new Array<number>() };
  // The first start of each brings its files into memory.
  for (let index = 0; index <= starts; index += 1) {
    say(`start ${index} of ${starts}`);
    const ours = await stage.start('sidecar', await stage.plan('start'));
    await ours.stop();
    const peer = await stage.startPeer('start-peer');
    await peer.stop();
    if (index === 0) continue;
    measured.ours.push(ours.ms);
    measured.peer.push(peer.ms);
  }
  const [value, peer] = [findMedian(measured.ours), findMedian(measured.peer)];
  const figure = renderPlain('agent-start', value, 'ms');
  return { ...figure, peer, ratio: peer / value, target: '<= 1 x Vault', ok: value <= peer };
}

const mebibyte = 1_048_576;
const memoryLimit = { unit: 'MiB', limit: 16 };
/** An agent gives memory back 10 s after work. */
const restMs = 15_000;

async function measureIdle(stage: AgentStage, say: Say): Promise<readonly Figure[]> {
  say('at rest');
  const ours = await stage.start('sidecar', await stage.plan('idle'));
  const peer = await stage.startPeer('idle-peer');
  await delay(restMs);
  const [mine, theirs] = [await readPrivateMemory(ours.pid), await readPrivateMemory(peer.pid)];
  await Promise.all([ours.stop(), peer.stop()]);
  const figure = renderLimit('agent-memory', mine / mebibyte, memoryLimit);
  return [{ ...figure, peer: theirs / mebibyte, ratio: theirs / mine }];
}

const leases = 50;
const leaseSeconds = 3;
const renewals = 1000;

/** Fifty leases of three seconds, each renewed every two: far more at once than a pod has. */
async function measureRenewals(stage: AgentStage, say: Say): Promise<readonly Figure[]> {
  await makeQuickRoles(stage);
  const files = Array.from({ length: leases }, (_, index): PlanFile => {
    const reference = `vault:database/creds/quick-${index}`;
    return { ...benchFile, name: `${index}`, path: `${index}`, reference, format: 'json' };
  });
  const ours = await stage.start('sidecar', await stage.plan('renewals', { files }));
  const seconds = Math.ceil((renewals / leases) * leaseSeconds * (2 / 3));
  let most = 0;
  for (let second = 1; second <= seconds; second += 1) {
    say(`${second} of ${seconds} s of renewals`);
    await delay(1000);
    most = Math.max(most, await readPrivateMemory(ours.pid));
  }
  const after = await restOf(stage, ours);
  return [
    renderPlain('agent-memory-renewing', most / mebibyte, 'MiB'),
    renderLimit('agent-memory-after-renewals', after / mebibyte, memoryLimit),
  ];
}

/** Renewals get rare, as they are in a pod. */
async function restOf({ vault }: AgentStage, ours: StartedAgent): Promise<number> {
  for (let index = 0; index < leases; index += 1) await makeRole(vault, index, '1h');
  await delay(restMs + leaseSeconds * 1000);
  const memory = await readPrivateMemory(ours.pid);
  await ours.stop();
  return memory;
}

async function makeQuickRoles({ vault }: AgentStage): Promise<void> {
  const { root } = vault;
  const policy = { path: { 'database/creds/*': { capabilities: ['read'] } } };
  const named = { ...policy.path, 'secret/data/team/*': { capabilities: ['read'] } };
  await root.call('PUT', 'sys/policies/acl/app', { policy: JSON.stringify({ path: named }) });
  const { data } = (await root.call('GET', 'database/config/redis')) as KnownDatabase;
  await root.call('POST', 'database/config/redis', {
    plugin_name: 'redis-database-plugin',
    password: 'of-the-double',
    allowed_roles: '*',
    ...data.connection_details,
  });
  for (let index = 0; index < leases; index += 1) await makeRole(vault, index, `${leaseSeconds}s`);
}

/** As Vault tells of the database that `furnishVault` made. */
interface KnownDatabase {
  readonly data: { readonly connection_details: Readonly<Record<string, unknown>> };
}

async function makeRole(vault: AgentStage['vault'], index: number, ttl: string): Promise<void> {
  await vault.root.call('POST', `database/roles/quick-${index}`, {
    db_name: 'redis',
    creation_statements: JSON.stringify(['+@read']),
    default_ttl: ttl,
    max_ttl: '2h',
  });
}
