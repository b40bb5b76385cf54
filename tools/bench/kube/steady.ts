import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, Figure } from '../benchmark.ts';
import { renderPlain } from '../figures.ts';
import type { RunningMayfly } from '../sync/running-mayfly.ts';
import { waitUntil } from '../sync/wait-until.ts';
import { countCalls, createKubeStage, waitForSecrets, waitForSettled } from './kube-stage.ts';

const count = 1000;
/** Leases of six minutes are renewed after four: nothing is due while the rest is measured. */
const ttl = '6m';
const restMs = 120_000;
const quietMs = 10_000;
const hourMs = 3_600_000;
/** A lease of the default ttl, an hour, is renewed after 40 minutes. */
const renewalsAnHour = 1.5;

/** What 1,000 objects cost the API server and the processor when nothing happens to them. */
export const kubeSteady: Benchmark = {
  name: 'kube-steady',
  summary: `mayfly controller with ${count} EphemeralSecrets at rest, and one renewal of each`,
  isLong: true,
  async run(say) {
    const options = { count, values: 2, layout: 'many', empty: false, spec: { ttl } } as const;
    const stage = await createKubeStage(options, say);
    try {
      const running = await stage.start();
      try {
        await waitForSecrets(stage, count);
        await waitForSettled(running, count);
        say('waiting for the last event');
        await waitForQuiet(running);
        say('at rest');
        const rest = await measureRest(running);
        say('renewals');
        return [...rest, ...(await measureRenewals(running, rest))];
      } finally {
        await running.stop();
      }
    } finally {
      await stage.close();
    }
  },
};

async function waitForQuiet(running: RunningMayfly): Promise<void> {
  let before = -1;
  await waitUntil(
    'the last event',
    async () => {
      const now = await countCalls(running, 'resource="events');
      const isQuiet = now === before;
      before = now;
      return isQuiet;
    },
    { pauseMs: quietMs },
  );
}

async function measureRest(running: RunningMayfly): Promise<readonly Figure[]> {
  const before = await readCosts(running);
  await sleep(restMs);
  const after = await readCosts(running);
  const perHour = hourMs / restMs;
  return [
    renderPlain('kube-steady-calls', (after.calls - before.calls) * perHour, '/h'),
    renderPlain('kube-steady-election', (after.election - before.election) * perHour, '/h'),
    renderPlain('kube-steady-cpu', ((after.cpuMs - before.cpuMs) / restMs) * 100, '%'),
  ];
}

interface Costs {
  readonly calls: number;
  readonly election: number;
  readonly cpuMs: number;
}

async function readCosts(running: RunningMayfly): Promise<Costs> {
  return {
    calls: await countCalls(running),
    election: await countCalls(running, 'resource="leases.coordination'),
    cpuMs: (await running.readCpuSeconds()) * 1000,
  };
}

/** What a renewal of every lease takes, and what that makes an hour with the default ttl. */
async function measureRenewals(
  running: RunningMayfly,
  [rest]: readonly Figure[],
): Promise<readonly Figure[]> {
  const renewal = 'verb="patch",resource="secrets"';
  const status = 'verb="patch",resource="ephemeralsecrets';
  const before = await countRenewalCalls(running, [renewal, status]);
  const renewedBefore = await countCalls(running, renewal);
  await waitUntil(
    'the renewals',
    async () => (await countCalls(running, renewal)) - renewedBefore >= count,
    { pauseMs: 1000, limitMs: 600_000 },
  );
  await sleep(quietMs);
  const renewed = (await countCalls(running, renewal)) - renewedBefore;
  const calls = (await countRenewalCalls(running, [renewal, status])) - before;
  const perRenewal = calls / renewed;
  const anHour = (rest?.value ?? Number.NaN) + perRenewal * count * renewalsAnHour;
  return [
    renderPlain('kube-steady-calls-per-renewal', perRenewal, ''),
    renderPlain('kube-steady-calls-with-renewals', anHour, '/h'),
  ];
}

async function countRenewalCalls(
  running: RunningMayfly,
  labels: readonly string[],
): Promise<number> {
  const counts = await Promise.all(labels.map((label) => countCalls(running, label)));
  return counts.reduce((sum, one) => sum + one, 0);
}
