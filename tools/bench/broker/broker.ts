import { findMedian, type Benchmark, type Figure } from '../benchmark.ts';
import { findPercentile, renderLimit, renderPlain } from '../figures.ts';
import type { ProcReader } from '../pods/read-proc.ts';
import { openBrokerStage, type Algorithm, type BrokerStage } from './broker-stage.ts';
import { renderExchange, workClosed, workOpen, type Worker } from './exchange-load.ts';
import { openVaultPeer, type VaultPeer } from './vault-peer.ts';

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
  readonly peer: VaultPeer | null;
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

interface Round {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

async function workRound(
  side: Worker & { readonly proc: ProcReader },
  tokens: readonly string[],
): Promise<Round> {
  const before = await side.proc.cpuSeconds();
  const { perSecond, used } = await workClosed(side, tokens, closed);
  const spent = (await side.proc.cpuSeconds()) - before;
  return { perSecond, cpuMicros: (spent * 1e6) / used };
}

async function measure({ stage, peer, alg }: Sides, say: Say): Promise<readonly Figure[]> {
  const ours = { ...workerOf(stage), proc: stage.proc };
  const measured = { ours: new Array<Round>(), peer: new Array<Round>() };
  for (let round = 0; round <= rounds; round += 1) {
    say(`${alg}, round ${round} of ${rounds}`);
    const tokens = stage.makeTokens(alg, tokensOfRound);
    const mine = await workRound(ours, tokens);
    const theirs = peer === null ? null : await workRound(peer, tokens);
    // The first one compiles the code.
    if (round === 0) continue;
    measured.ours.push(mine);
    if (theirs !== null) measured.peer.push(theirs);
  }
  const times = await workOpen(ours, stage.makeTokens(alg, openRate * openSeconds), openRate);
  const name = `broker-${alg.toLowerCase()}`;
  const rate = compare(measured.ours, measured.peer, ({ perSecond }) => perSecond);
  const cpu = compare(measured.peer, measured.ours, ({ cpuMicros }) => cpuMicros);
  const target = { target: '>= 1 x Vault', ok: rate.ratio === null ? null : rate.ratio >= 1 };
  return [
    { ...rate, name: `${name}-rate`, unit: 'exchanges/s', ...target },
    {
      ...renderPlain(`${name}-cpu`, findMedian(measured.ours.map((each) => each.cpuMicros)), 'µs'),
      peer: cpu.ratio === null ? null : cpu.value,
      ratio: cpu.ratio,
    },
    renderPlain(`${name}-p50`, findPercentile(times, 50), 'ms'),
    renderLimit(`${name}-p99`, findPercentile(times, 99), { unit: 'ms', limit: 10 }),
  ];
}

/** Each round is compared with the one beside it. */
function compare(
  rounds: readonly Round[],
  others: readonly Round[],
  read: (round: Round) => number,
): Pick<Figure, 'value' | 'peer' | 'ratio'> {
  const value = Math.round(findMedian(rounds.map(read)));
  if (others.length === 0 || rounds.length === 0) return { value, peer: null, ratio: null };
  const ratios = rounds.map((round, at) => {
    const beside = others[at];
    return beside === undefined ? Number.NaN : read(round) / read(beside);
  });
  return { value, peer: Math.round(findMedian(others.map(read))), ratio: findMedian(ratios) };
}
