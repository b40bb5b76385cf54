import { execFile } from 'node:child_process';
import { access, copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { requirePart } from '#test/support/parts.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { findMedian, type Benchmark, type Figure } from '../benchmark.ts';
import { provideSealedFiles } from '../sealed-files.ts';

const run = promisify(execFile);
const fileCount = 1000;
const rounds = 7;
const targetRatio = 2;

/** 1,000 SOPS/age files of 20 values on one core, against the Go library of sops on the same files in the same run. */
export const decrypt: Benchmark = {
  name: 'decrypt',
  summary: '1,000 SOPS/age files of 20 values on one core, cold and warm, against the Go library',
  async run(say) {
    const sealed = await provideSealedFiles({ count: fileCount, values: 20 }, say);
    const temp = await createTempFolder();
    try {
      const folder = join(temp.path, 'files');
      await mkdir(folder);
      for (const file of sealed.files) await copyFile(file, join(folder, basename(file)));
      return renderFigures(await measure({ folder, identity: sealed.identityFile }, say));
    } finally {
      await temp.remove();
    }
  },
};

interface Work {
  readonly folder: string;
  readonly identity: string;
}

interface Times {
  readonly cold: number[];
  readonly warm: number[];
  readonly peer: number[];
}

/** Both sides take turns, so that a busy moment of the machine meets both. */
async function measure(work: Work, say: (progress: string) => void): Promise<Times> {
  const peer = await requirePart('sops-bench').catch(() => null);
  const times: Times = { cold: [], warm: [], peer: [] };
  for (let round = 1; round <= rounds; round += 1) {
    say(`round ${round} of ${rounds}`);
    const ours = await runPinned(
      process.execPath,
      [join(import.meta.dirname, 'our-pass.ts')],
      work,
    );
    times.cold.push(readSeconds(ours, 'coldSeconds'));
    times.warm.push(readSeconds(ours, 'warmSeconds'));
    if (peer !== null) times.peer.push(readSeconds(await runPinned(peer, [], work), 'seconds'));
  }
  return times;
}

/** Runs a program on one core, its collector and compiler threads included, where the machine can do that. */
async function runPinned(program: string, args: readonly string[], work: Work): Promise<unknown> {
  const command = [...(await findPinning()), program, ...args, work.folder];
  const [first = program, ...rest] = command;
  const { stdout } = await run(first, rest, {
    env: { PATH: process.env['PATH'], SOPS_AGE_KEY_FILE: work.identity },
  });
  return JSON.parse(stdout);
}

async function findPinning(): Promise<readonly string[]> {
  const program = '/usr/bin/taskset';
  return access(program).then(
    () => [program, '-c', '0'],
    () => [],
  );
}

function readSeconds(report: unknown, field: string): number {
  if (typeof report !== 'object' || report === null) throw new Error('the report is no object');
  const { files, [field]: seconds } = report as Record<string, unknown>;
  if (files !== fileCount || typeof seconds !== 'number')
    throw new Error('the report is not whole');
  return seconds;
}

function renderFigures(times: Times): readonly Figure[] {
  const cold = compareWithPeer(times.cold, times.peer);
  const { ratio } = cold;
  const ok = ratio === null ? null : ratio >= targetRatio;
  return [
    { name: 'decrypt-cold', ...cold, target: `>= ${targetRatio} x Go sops`, ok },
    {
      name: 'decrypt-warm',
      ...compareWithPeer(times.warm, times.peer),
      target: null,
      ok: null,
    },
  ];
}

/** Each round is compared with the peer's run beside it, and the middle one of these ratios is told. */
function compareWithPeer(
  ours: readonly number[],
  peer: readonly number[],
): Pick<Figure, 'value' | 'unit' | 'peer' | 'ratio'> {
  const value = toRate(ours);
  if (peer.length === 0) return { value, unit: 'files/s', peer: null, ratio: null };
  const ratio = findMedian(peer.map((seconds, round) => seconds / (ours[round] ?? Number.NaN)));
  return { value, unit: 'files/s', peer: toRate(peer), ratio };
}

function toRate(seconds: readonly number[]): number {
  return Math.round(fileCount / findMedian(seconds));
}
