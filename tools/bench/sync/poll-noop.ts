import { findMedian, type Benchmark, type Figure } from '../benchmark.ts';
import { renderLimit, renderPlain } from '../figures.ts';
import {
  createCountedController,
  secretRef,
  sourceRef,
  type CountedController,
} from './counted-controller.ts';
import type { Tally } from './counted-ports.ts';
import { createSinkFolder } from './sink-folder.ts';
import { createSourceStage, type SourceStage } from './source-stage.ts';

const fileCount = 10_000;
const rounds = 5;

/** What a source of 10,000 files costs while nothing in it changes, and that it neither decrypts nor writes. */
export const pollNoop: Benchmark = {
  name: 'poll-noop',
  summary: 'a 10,000-file source over https: a poll, a commit and a pass that change nothing',
  async run(say) {
    const stage = await createSourceStage({ count: fileCount, values: 2 }, say);
    const sink = await createSinkFolder();
    try {
      const controller = await createCountedController(stage, sink.path);
      try {
        say('first sync');
        await controller.pass(sourceRef);
        const { decryptions, secretWrites } = controller.tally();
        if (Math.min(decryptions, secretWrites) < fileCount) throw new Error('the sync is partial');
        return await measure(stage, controller, say);
      } finally {
        controller.stop();
      }
    } finally {
      await sink.remove();
      await stage.close();
    }
  },
};

async function measure(
  { work, server }: SourceStage,
  controller: CountedController,
  say: (progress: string) => void,
): Promise<readonly Figure[]> {
  say('polls');
  const before = server.requests.length;
  const poll = await measureNoop(controller, () => controller.pass(sourceRef));
  const requests = (server.requests.length - before) / rounds;
  say('commits');
  const commit = await measureNoop(
    controller,
    () => controller.pass(sourceRef),
    (round) => work.push({ 'readme.txt': `Round ${round}.\n` }),
  );
  say('passes');
  const pass = await measureNoop(controller, () => controller.pass(secretRef));
  return [
    renderPlain('poll-noop', poll.ms, 'ms'),
    renderLimit('poll-noop-requests', requests, { unit: '', limit: 2 }),
    renderPlain('commit-noop', commit.ms, 'ms'),
    renderPlain('pass-noop', pass.ms, 'ms'),
    ...renderWork(poll, commit, pass),
  ];
}

interface Noop extends Tally {
  readonly ms: number;
}

/** The median time of one round, and what all of them did. */
async function measureNoop(
  controller: CountedController,
  work: () => Promise<void>,
  prepare: (round: number) => Promise<unknown> = async () => undefined,
): Promise<Noop> {
  const before = controller.tally();
  const times: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await prepare(round);
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  const after = controller.tally();
  return {
    ms: findMedian(times),
    decryptions: after.decryptions - before.decryptions,
    secretWrites: after.secretWrites - before.secretWrites,
    statusWrites: after.statusWrites - before.statusWrites,
  };
}

/** The one status write of a commit is the accepted revision: what the next commit has to descend from. */
function renderWork(poll: Noop, commit: Noop, pass: Noop): readonly Figure[] {
  const all = [poll, commit, pass];
  const sum = (read: (noop: Noop) => number): number =>
    all.map(read).reduce((total, count) => total + count, 0);
  const none = { unit: '', limit: 0 };
  const once = { unit: '', limit: 1 };
  return [
    renderLimit(
      'noop-decryptions',
      sum((noop) => noop.decryptions),
      none,
    ),
    renderLimit(
      'noop-secret-writes',
      sum((noop) => noop.secretWrites),
      none,
    ),
    renderLimit('poll-and-pass-noop-status-writes', poll.statusWrites + pass.statusWrites, none),
    renderLimit('commit-noop-status-writes', commit.statusWrites / rounds, once),
  ];
}
