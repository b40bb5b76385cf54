import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker as Thread } from 'node:worker_threads';
import type { Benchmark, Figure } from '../benchmark.ts';
import { findPercentile, renderLimit, renderPlain } from '../figures.ts';
import { openBrokerStage, type BrokerStage } from './broker-stage.ts';
import { workerOf } from './broker.ts';
import { workOpen } from './exchange-load.ts';
import type { Flood } from './send-flood.ts';

/** Honest jobs while somebody sends tokens with keys of nobody, with the limit of an address and without any. */
export const brokerFlood: Benchmark = {
  name: 'broker-flood',
  summary: 'exchanges beside 10,000 tokens a second of unknown keys',
  isLong: true,
  run: async (say) => {
    const figures: Figure[] = [];
    for (const isLimited of [true, false]) {
      say(isLimited ? 'with the limits that ship' : 'without limits');
      const stage = await openBrokerStage({ isLimited });
      try {
        figures.push(...(await measure(stage, isLimited ? 'broker-flood' : 'broker-flood-open')));
      } finally {
        await stage.close();
      }
    }
    return figures;
  },
};

/** So few that one subject may ask for them. */
const [honestRate, seconds] = [15, 10];
const attempted = 10_000;

async function measure(stage: BrokerStage, name: string): Promise<readonly Figure[]> {
  // Whoever floods is somebody else.
  const worker = { ...workerOf(stage), place: { ...stage.place, from: '127.0.0.2' } };
  const ask = async (): Promise<readonly number[]> => {
    return await workOpen(worker, stage.makeTokens('ES256', honestRate * seconds), honestRate);
  };
  await workOpen(worker, stage.makeTokens('ES256', 30), honestRate);
  const before = await ask();
  const { keys } = stage.issuer.asked;
  const [payload = ''] = stage.makeTokens('ES256', 1).map((token) => token.split('.')[1] ?? '');
  const flood: Flood = { place: stage.place, payload, perSecond: attempted };
  const thread = new Thread(new URL('send-flood.ts', import.meta.url), { workerData: flood });
  await sleep(1000);
  const during = await ask();
  thread.postMessage('end');
  const [rate] = (await once(thread, 'message')) as [number];
  const p99 = findPercentile(during, 99);
  return [
    renderPlain(`${name}-rate`, rate, 'tokens/s'),
    renderLimit(`${name}-fetches`, stage.issuer.asked.keys - keys, { unit: '', limit: 1 }),
    renderPlain(`${name}-p99-before`, findPercentile(before, 99), 'ms'),
    name === 'broker-flood'
      ? renderLimit(`${name}-p99`, p99, { unit: 'ms', limit: 10 })
      : renderPlain(`${name}-p99`, p99, 'ms'),
  ];
}
