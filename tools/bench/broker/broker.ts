import { findMedian, type Benchmark, type Figure } from '../benchmark.ts';
import { findPercentile, renderLimit, renderPlain } from '../figures.ts';
import {
  openBrokerStage,
  renderExchange,
  type Algorithm,
  type BrokerStage,
} from './broker-stage.ts';
import { workClosed, workOpen, type Worker } from './exchange-load.ts';
import { openVaultPeer } from './vault-peer.ts';

type Say = (progress: string) => void;

/** An identity token in, a value out; Vault logs in and reads. */
export const broker: Benchmark = {
  name: 'broker',
  summary: 'exchanges of identity tokens for values, against the login and read of Vault',
  run: async (say) => {
    const stage = await openBrokerStage({ isLimited: false });
    const peer = await openVaultPeer(stage);
    try {
      const figures: Figure[] = [];
      for (const alg of ['RS256', 'ES256'] as const) {
        figures.push(...(await measure({ stage, peer, alg }, say)));
      }
      return figures;
    } finally {
      await peer?.close();
      await stage.close();
    }
  },
};

interface Sides {
  readonly stage: BrokerStage;
  readonly peer: Worker | null;
  readonly alg: Algorithm;
}

const rounds = 3;
const closed = { connections: 10, seconds: 2 };
const [openRate, openSeconds] = [100, 5];
/** More than are used in a round. */
const tokensOfRound = 6000;

export function workerOf({ place }: BrokerStage): Worker {
  return {
    place,
    work: async (connection, token) => await connection.send(renderExchange(token)),
  };
}

async function measure({ stage, peer, alg }: Sides, say: Say): Promise<readonly Figure[]> {
  const ours = workerOf(stage);
  const [rates, theirs, cpu] = [new Array<number>(), new Array<number>(), new Array<number>()];
  for (let round = 0; round <= rounds; round += 1) {
    say(`${alg}, round ${round} of ${rounds}`);
    const tokens = stage.makeTokens(alg, tokensOfRound);
    const before = await stage.proc.cpuSeconds();
    const mine = await workClosed(ours, tokens, closed);
    const spent = (await stage.proc.cpuSeconds()) - before;
    const others = peer === null ? null : await workClosed(peer, tokens, closed);
    // The first one compiles the code.
    if (round === 0) continue;
    rates.push(mine.perSecond);
    cpu.push((spent * 1e6) / mine.used);
    if (others !== null) theirs.push(others.perSecond);
  }
  const times = await workOpen(ours, stage.makeTokens(alg, openRate * openSeconds), openRate);
  const name = `broker-${alg.toLowerCase()}`;
  return [
    compare(`${name}-rate`, rates, theirs),
    renderPlain(`${name}-cpu`, findMedian(cpu), 'µs an exchange'),
    renderPlain(`${name}-p50`, findPercentile(times, 50), 'ms'),
    renderLimit(`${name}-p99`, findPercentile(times, 99), { unit: 'ms', limit: 10 }),
  ];
}

function compare(name: string, ours: readonly number[], theirs: readonly number[]): Figure {
  const figure = renderPlain(name, findMedian(ours), 'exchanges/s');
  const target = '>= 1 x Vault';
  if (theirs.length === 0) return { ...figure, target };
  const ratio = findMedian(ours.map((rate, round) => rate / (theirs[round] ?? Number.NaN)));
  return { ...figure, peer: Math.round(findMedian(theirs)), ratio, target, ok: ratio >= 1 };
}
