import { findMedian, type Benchmark, type Figure } from '../benchmark.ts';
import { findPercentile, renderLimit, renderPlain } from '../figures.ts';
import { openAdmissionStage, type AdmissionStage, type Answerer } from './admission-stage.ts';

const usualSize = 3;
const usualRate = 200;
const p99LimitMs = 5;

/** The targets: how many reviews are answered, and how long one is in the handler. */
export const admission: Benchmark = {
  name: 'admission',
  summary: 'mayfly webhook, pods of 3 containers over TLS, against controller-runtime',
  run: async (say) =>
    await withStage([usualSize], say, async (stage) => [
      ...(await measureRates(stage, say)),
      ...(await measureOpen(stage, { size: usualSize, perSecond: usualRate, seconds: 10 })),
    ]),
};

/** Every size at every rate. */
export const admissionLoad: Benchmark = {
  name: 'admission-load',
  summary: 'mayfly webhook, 50, 200 and 1,000 pods a second of 1, 3 and 20 containers, over TLS',
  isLong: true,
  run: async (say) =>
    await withStage([1, 3, 20], say, async (stage) => {
      const figures: Figure[] = [];
      for (const size of [1, 3, 20]) {
        await warm(stage.answerersOf(size));
        for (const perSecond of [50, 200, 1000]) {
          say(`${perSecond} a second of ${size} containers`);
          figures.push(...(await measureOpen(stage, { size, perSecond, seconds: 6 })));
        }
      }
      return figures;
    }),
};

async function withStage(
  sizes: readonly number[],
  say: (progress: string) => void,
  measure: (stage: AdmissionStage) => Promise<readonly Figure[]>,
): Promise<readonly Figure[]> {
  const stage = await openAdmissionStage(sizes, say);
  try {
    return await measure(stage);
  } finally {
    await stage.close();
  }
}

/** Until the code is compiled on both sides. */
async function warm(answerers: readonly Answerer[]): Promise<void> {
  for (const { load, request } of answerers) {
    await load.closed(request, { connections: 10, seconds: 3 });
  }
}

const rounds = 5;
const roundSeconds = 2;

interface Round {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

async function measureRates(
  stage: AdmissionStage,
  say: (progress: string) => void,
): Promise<readonly Figure[]> {
  const answerers = stage.answerersOf(usualSize);
  await warm(answerers);
  const figures: Figure[] = [];
  for (const connections of [1, 10]) {
    const measured = { ours: new Array<Round>(), peer: new Array<Round>() };
    for (let round = 1; round <= rounds; round += 1) {
      say(`${connections} connections, round ${round} of ${rounds}`);
      for (const answerer of answerers) {
        measured[answerer.name].push(await measureRound(answerer, connections));
      }
    }
    figures.push(...renderRates(connections, measured.ours, measured.peer));
  }
  return figures;
}

async function measureRound(
  { load, request, proc }: Answerer,
  connections: number,
): Promise<Round> {
  const before = await proc.cpuSeconds();
  const perSecond = await load.closed(request, { connections, seconds: roundSeconds });
  const cpuSeconds = (await proc.cpuSeconds()) - before;
  return { perSecond, cpuMicros: (cpuSeconds * 1e6) / (perSecond * roundSeconds) };
}

/** Each round is compared with the peer's beside it. */
function renderRates(
  connections: number,
  ours: readonly Round[],
  peer: readonly Round[],
): readonly Figure[] {
  const name = `admission-rate-${connections}`;
  const rate = compare(ours, peer, ({ perSecond }) => perSecond);
  const cpu = compare(ours, peer, ({ cpuMicros }) => cpuMicros);
  const ok = rate.ratio === null ? null : rate.ratio >= 1;
  return [
    { name, unit: 'pods/s', ...rate, target: '>= 1 x controller-runtime', ok },
    {
      name: `${name}-cpu`,
      unit: 'µs a pod',
      ...cpu,
      ratio: cpu.ratio === null ? null : 1 / cpu.ratio,
      target: null,
      ok: null,
    },
  ];
}

function compare(
  ours: readonly Round[],
  peer: readonly Round[],
  read: (round: Round) => number,
): Pick<Figure, 'value' | 'peer' | 'ratio'> {
  const value = Math.round(findMedian(ours.map(read)));
  if (peer.length === 0) return { value, peer: null, ratio: null };
  const ratios = peer.map((round, index) => {
    const own = ours[index];
    return own === undefined ? Number.NaN : read(own) / read(round);
  });
  return { value, peer: Math.round(findMedian(peer.map(read))), ratio: findMedian(ratios) };
}

interface OpenRun {
  readonly size: number;
  readonly perSecond: number;
  readonly seconds: number;
}

async function measureOpen(stage: AdmissionStage, run: OpenRun): Promise<readonly Figure[]> {
  const times: Record<Answerer['name'], readonly number[]> = { ours: [], peer: [] };
  for (const { name, load, request } of stage.answerersOf(run.size)) {
    const onWarm = name === 'ours' ? { onWarm: stage.takeHandlerTimes } : {};
    times[name] = await load.open(request, { ...run, ...onWarm });
  }
  const inHandler = await stage.takeHandlerTimes();
  const name = `admission-${run.perSecond}-of-${run.size}`;
  const p99 = findPercentile(inHandler, 99);
  const isTarget = run.size === usualSize && run.perSecond === usualRate;
  return [
    renderPlain(`${name}-handler-p50`, findPercentile(inHandler, 50), 'ms'),
    isTarget
      ? renderLimit(`${name}-handler-p99`, p99, { unit: 'ms', limit: p99LimitMs })
      : renderPlain(`${name}-handler-p99`, p99, 'ms'),
    renderPlain(`${name}-handler-max`, findPercentile(inHandler, 100), 'ms'),
    ...[50, 99, 100].map((percent) => compareTimes(name, percent, times)),
  ];
}

/** As the caller sees it, both sides: its own delays, the way there and TLS are in it. */
function compareTimes(
  name: string,
  percent: number,
  { ours, peer }: Record<Answerer['name'], readonly number[]>,
): Figure {
  const label = percent === 100 ? 'max' : `p${percent}`;
  const figure = renderPlain(`${name}-${label}`, findPercentile(ours, percent), 'ms');
  if (peer.length === 0) return figure;
  const theirs = renderPlain('', findPercentile(peer, percent), 'ms').value;
  return { ...figure, peer: theirs, ratio: theirs / figure.value };
}
