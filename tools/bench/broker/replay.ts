import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, Figure } from '../benchmark.ts';
import { renderLimit, renderPlain } from '../figures.ts';
import { openBrokerStage, type BrokerStage } from './broker-stage.ts';
import { workerOf } from './broker.ts';
import { workClosed } from './exchange-load.ts';

/** What is remembered of tokens, and that it does not grow. */
export const brokerReplay: Benchmark = {
  name: 'broker-replay',
  summary: '50,000 exchanges of tokens that live for 30 seconds: what is remembered of them',
  isLong: true,
  run: async (say) => {
    const stage = await openBrokerStage({ isLimited: false });
    try {
      return await measure(stage, say);
    } finally {
      await stage.close();
    }
  },
};

const [total, batch] = [50_000, 2_000];
const tokenSeconds = 30;
/** A token is remembered until nobody takes it for one that is good: its end, and a minute for clocks. */
const rememberedMs = (tokenSeconds + 60) * 1000;

async function measure(
  stage: BrokerStage,
  say: (progress: string) => void,
): Promise<readonly Figure[]> {
  const begun: { readonly at: number; readonly count: number }[] = [];
  const memory: number[] = [];
  let [most, bytes] = [0, 0];
  for (let done = 0; done < total; done += batch) {
    say(`${done} of ${total}`);
    const tokens = stage.makeTokens('ES256', batch, tokenSeconds);
    begun.push({ at: Date.now(), count: tokens.length });
    await workClosed(workerOf(stage), tokens, { connections: 10, seconds: 600 });
    const live = begun
      .filter(({ at }) => Date.now() - at < rememberedMs)
      .reduce((sum, { count }) => sum + count, 0);
    most = Math.max(most, live);
    bytes = await readSize(join(stage.folder, 'state'));
    memory.push(await stage.proc.anonymousMiB());
  }
  const [half = 0, whole = 0] = [memory[Math.floor(memory.length / 2)], memory.at(-1)];
  return [
    renderPlain('broker-replay-live', most, 'tokens at most'),
    renderLimit('broker-replay-bytes', bytes / most, { unit: 'B a live token', limit: 200 }),
    renderPlain('broker-replay-memory-half', half, 'MiB'),
    renderPlain('broker-replay-memory', whole, 'MiB'),
  ];
}

/** Of the memory of uses, its journal included. */
async function readSize(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('replay.sqlite'));
  const sizes = names.map(async (name) => (await stat(join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
