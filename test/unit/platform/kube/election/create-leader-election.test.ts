import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeName } from '#core/ports/kube/kube-api.ts';
import type { LeaderElection } from '#core/ports/kube/leader-election.ts';
import { createLeaderElection } from '#platform/kube/election/create-leader-election.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import {
  createPausableProgram,
  type PausableProgram,
} from '#test/support/kube/pausable-program.ts';
import type { KubeRequest } from '#test/support/memory/kube/request-faults.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';

const options = {
  namespace: 'mayfly-system',
  name: 'controller',
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2000,
};
const target: KubeName = {
  resource: { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease' },
  namespace: 'mayfly-system',
  name: 'controller',
};
const cut = createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'lease', reason: 'cut' });
const forever = new AbortController().signal;

interface Candidate {
  readonly election: LeaderElection;
  readonly program: PausableProgram;
  readonly faults: unknown[];
  start(): void;
}

interface Rig {
  readonly clock: FakeClock;
  readonly kube: MemoryKube;
  readonly a: Candidate;
  readonly b: Candidate;
}

function createRig(): Rig {
  const clock = createFakeClock();
  const kube = createMemoryKube(clock);
  return { clock, kube, a: join('a', 1, { clock, kube }), b: join('b', 2, { clock, kube }) };
}

function join(
  identity: string,
  seed: number,
  { clock, kube }: Pick<Rig, 'clock' | 'kube'>,
): Candidate {
  const program = createPausableProgram(clock, kube.connect(identity));
  const faults: unknown[] = [];
  const election = createLeaderElection(
    {
      api: program.api,
      clock: program.clock,
      random: createFakeRandom(seed),
      onFault: (error) => faults.push(error),
    },
    { ...options, identity },
  );
  return { election, program, faults, start: () => void election.run(forever) };
}

/** `a` leads, `b` waits. */
async function withLeader(): Promise<Rig> {
  const rig = createRig();
  rig.a.start();
  await rig.clock.advance(0);
  rig.b.start();
  await rig.clock.advance(1000);
  expect(leaders(rig)).toEqual([true, false]);
  return rig;
}

function leaders({ a, b }: Rig): [boolean, boolean] {
  return [a.election.isLeading(), b.election.isLeading()];
}

function isOf(client: string, verb?: string): (request: KubeRequest) => boolean {
  return (request) => request.client === client && (verb === undefined || request.verb === verb);
}

function cutOff(kube: MemoryKube, client: string): () => void {
  return kube.faults.add({
    matches: isOf(client),
    before: () => {
      throw cut;
    },
  });
}

describe('an election', () => {
  it('is won by the first one, and only by that one', async () => {
    const rig = await withLeader();
    await rig.a.election.untilLeading(forever);
    await rig.clock.advance(5 * 60_000);
    expect(leaders(rig)).toEqual([true, false]);
    expect(rig.kube.peek(target)).toMatchObject({
      spec: {
        holderIdentity: expect.stringMatching(/^a_/u),
        leaseDurationSeconds: 15,
        acquireTime: '2026-01-01T00:00:00.000000Z',
        renewTime: expect.stringMatching(/^2026-01-01T00:0[45]:\d\d\.\d{6}Z$/u),
        leaseTransitions: 0,
      },
    });
    expect([...rig.a.faults, ...rig.b.faults]).toEqual([]);
  });

  it('takes one request for each renewal', async () => {
    const { clock, kube } = await withLeader();
    await clock.advance(60_000);
    expect(kube.requests.filter(isOf('a', 'get'))).toHaveLength(1);
    expect(kube.requests.filter(isOf('a', 'replace')).length).toBeLessThan(40);
  });

  it('is decided when both try at once', async () => {
    const rig = createRig();
    rig.a.start();
    rig.b.start();
    await rig.clock.advance(5000);
    expect(leaders(rig).filter(Boolean)).toHaveLength(1);
    expect([...rig.a.faults, ...rig.b.faults]).toEqual([]);
  });

  it('ends the waiting of who stops waiting', async () => {
    const { b } = await withLeader();
    const stop = new AbortController();
    const waiting = b.election.untilLeading(stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  it('keeps what others have written on the Lease', async () => {
    const { clock, kube } = await withLeader();
    kube.edit(target, { metadata: { labels: { team: 'x' } } });
    await clock.advance(10_000);
    expect(kube.peek(target)?.metadata.labels).toEqual({ team: 'x' });
  });
});

describe('a leader', () => {
  it('survives a renewal that fails, one that hangs, and one whose answer is lost', async () => {
    const rig = await withLeader();
    rig.kube.failNext(isOf('a', 'replace'), cut);
    await rig.clock.advance(20_000);
    expect(leaders(rig)).toEqual([true, false]);
    rig.kube.faults.loseNext(isOf('a', 'replace'), cut);
    await rig.clock.advance(20_000);
    expect(leaders(rig)).toEqual([true, false]);
    const remove = rig.kube.faults.add({
      matches: isOf('a', 'replace'),
      before: () => {
        remove();
        return new Promise(() => undefined);
      },
    });
    await rig.clock.advance(20_000);
    expect(leaders(rig)).toEqual([true, false]);
    expect(rig.a.faults).toHaveLength(3);
  });

  it('loses when it hears nothing, before anybody else leads', async () => {
    const rig = await withLeader();
    const cutAtMs = rig.clock.ticks();
    cutOff(rig.kube, 'a');
    await rig.clock.advance(10_000);
    expect(leaders(rig)).toEqual([false, false]);
    expect(rig.a.election.lost.aborted).toBe(true);
    await expectCode(Promise.reject(rig.a.election.lost.reason), 'MAYFLY_KUBE_LEASE_LOST');
    await rig.b.election.untilLeading(AbortSignal.timeout(1)).catch(() => undefined);
    while (!rig.b.election.isLeading()) await rig.clock.advance(100);
    expect(rig.clock.ticks() - cutAtMs).toBeGreaterThan(13_000);
    expect(rig.clock.ticks() - cutAtMs).toBeLessThan(18_000);
    expect(rig.kube.peek(target)).toHaveProperty('spec.leaseTransitions', 1);
  });

  it('does not lead any more when it is asked after a pause, though no timer has fired', async () => {
    const rig = await withLeader();
    rig.a.program.pause();
    await rig.clock.advance(10_001);
    expect(rig.a.election.lost.aborted).toBe(false);
    expect(rig.a.election.isLeading()).toBe(false);
    expect(rig.a.election.lost.aborted).toBe(true);
  });

  it('never leads again after it was paused while somebody else led', async () => {
    const rig = await withLeader();
    rig.a.program.pause();
    await rig.clock.advance(30_000);
    expect(rig.b.election.isLeading()).toBe(true);
    rig.a.program.resume();
    await rig.clock.advance(30_000);
    expect(leaders(rig)).toEqual([false, true]);
    await expectCode(rig.a.election.untilLeading(forever), 'MAYFLY_KUBE_LEASE_LOST');
  });

  it('does not count an answer that comes after its time', async () => {
    const rig = createRig();
    const answer = Promise.withResolvers<void>();
    const remove = rig.kube.faults.add({
      matches: isOf('a', 'create'),
      after: () => answer.promise,
    });
    rig.a.start();
    await settle();
    rig.a.program.pause();
    answer.resolve();
    remove();
    await rig.clock.advance(12_000);
    rig.a.program.resume();
    await settle();
    expect(rig.a.election.isLeading()).toBe(false);
    await rig.clock.advance(4000);
    expect(rig.a.election.isLeading()).toBe(true);
  });

  it('does not mind when its wall clock is set', async () => {
    const rig = await withLeader();
    rig.a.program.jumpBy(-86_400_000);
    rig.b.program.jumpBy(86_400_000);
    await rig.clock.advance(60_000);
    expect(leaders(rig)).toEqual([true, false]);
  });

  it('loses at once when it sees another holder', async () => {
    const rig = await withLeader();
    rig.kube.edit(target, { spec: { holderIdentity: 'somebody' } });
    await rig.clock.advance(4000);
    expect(leaders(rig)).toEqual([false, false]);
    expect(rig.a.election.lost.aborted).toBe(true);
  });

  it('is not followed at once by who sees that the Lease was deleted', async () => {
    const rig = await withLeader();
    await rig.clock.advance(3000);
    cutOff(rig.kube, 'a');
    rig.kube.removeByHand(target);
    await rig.clock.advance(9000);
    expect(rig.b.election.isLeading()).toBe(false);
    await rig.clock.advance(10_000);
    expect(leaders(rig)).toEqual([false, true]);
  });

  it('writes a Lease again that somebody deleted', async () => {
    const rig = await withLeader();
    rig.kube.removeByHand(target);
    await rig.clock.advance(30_000);
    expect(leaders(rig)).toEqual([true, false]);
    expect(rig.kube.peek(target)).not.toBeNull();
  });
});

describe('a release', () => {
  it('lets the next one lead at once, and is no loss', async () => {
    const rig = await withLeader();
    await rig.a.election.release();
    expect(rig.a.election.isLeading()).toBe(false);
    expect(rig.kube.peek(target)).toMatchObject({
      spec: { holderIdentity: '', leaseDurationSeconds: 1 },
    });
    await rig.clock.advance(2500);
    expect(leaders(rig)).toEqual([false, true]);
    expect(rig.a.election.lost.aborted).toBe(false);
  });

  it('tries twice and bears that it fails', async () => {
    const rig = await withLeader();
    rig.kube.failNext(isOf('a', 'replace'), cut);
    await rig.a.election.release();
    expect(rig.kube.peek(target)).toHaveProperty('spec.holderIdentity', '');
    const other = await withLeader();
    cutOff(other.kube, 'a');
    await other.a.election.release();
    expect(other.a.faults).toHaveLength(2);
  });

  it('leaves alone what somebody else holds, and what nobody ever wrote', async () => {
    const rig = await withLeader();
    await rig.b.election.release();
    expect(rig.kube.requests.filter(isOf('b', 'replace'))).toEqual([]);
    rig.kube.edit(target, { spec: { holderIdentity: 'somebody' } });
    await rig.a.election.release();
    expect(rig.kube.peek(target)).toHaveProperty('spec.holderIdentity', 'somebody');
  });

  it('of a Lease that is gone writes none', async () => {
    const rig = await withLeader();
    rig.kube.removeByHand(target);
    await rig.a.election.release();
    expect(rig.kube.peek(target)).toBeNull();
  });
});
