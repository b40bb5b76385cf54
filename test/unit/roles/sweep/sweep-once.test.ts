import { describe, expect, it } from '@jest/globals';
import { ownResources, secretResource } from '#core/api/kube-resources.ts';
import { leaseResource } from '#platform/kube/election/lease-record.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { sweepOnce } from '#roles/sweep/sweep-once.ts';
import { createFakeClock, settle } from '#test/support/fake-clock.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createMemoryKube } from '#test/support/memory/memory-kube.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';

const start = Date.UTC(2026, 0, 1);
const minute = 60_000;
const { signal } = new AbortController();
const election = { namespace: 'mayfly-system', name: 'mayfly-controller' };

interface Given {
  readonly overdueMs: number;
  readonly lifetime?: 'Once' | 'Continuous' | 'WhileInUse';
}

/** A cluster without a controller in which sweeps have followed each other for an hour. */
function createStage() {
  const clock = createFakeClock(start);
  const kube = createMemoryKube(clock);
  const logger = createMemoryLogger();
  const serverTime = { skewMs: () => 0, now: () => clock.now() };
  const parts = { api: kube.connect('sweep'), serverTime, clock, logger };
  const places = { election, namespaces: [] as string[] };

  function putLease(name: string, spec: object): void {
    kube.put(leaseResource, { metadata: { name, namespace: election.namespace }, spec });
  }
  putLease('mayfly-sweep', {
    acquireTime: stamp(start - 60 * minute),
    renewTime: stamp(start - minute),
  });

  function put(name: string, { overdueMs, lifetime = 'Continuous' }: Given): void {
    const metadata = { name, namespace: 'shop' };
    const { uid } = kube.put(secretResource, { metadata, data: {} }).metadata;
    const row = { name, uid, keys: 1, digest: '', path: 'a', origin: '', revision: '' };
    const expiresAt = new Date(clock.now() - overdueMs).toISOString();
    const status = { secretCount: 1, secrets: [{ ...row, expiresAt }] };
    kube.put(ownResources.EphemeralSecret, { metadata, spec: { lifetime }, status });
  }

  function live(): readonly string[] {
    const names = ['a', 'b', 'c'];
    return names.filter(
      (name) => kube.peek({ resource: secretResource, namespace: 'shop', name }) !== null,
    );
  }

  async function sweep(): Promise<void> {
    const swept = sweepOnce(parts, places, signal);
    swept.catch(() => undefined);
    await clock.advance(5000);
    await swept;
  }

  return { clock, kube, logger, places, put, putLease, live, sweep };
}

function stamp(instant: number): string {
  return new Date(instant).toISOString();
}

describe('a sweep', () => {
  it('deletes what is overdue and keeps what is not', async () => {
    const stage = createStage();
    stage.put('a', { overdueMs: minute });
    stage.put('b', { overdueMs: -minute });
    await stage.sweep();
    expect(stage.live()).toEqual(['b']);
  });

  it('never touches another Secret of the same name', async () => {
    const stage = createStage();
    stage.put('a', { overdueMs: minute });
    const target = { resource: secretResource, namespace: 'shop', name: 'a' };
    stage.kube.removeByHand(target);
    stage.kube.put(secretResource, { metadata: { name: 'a', namespace: 'shop' }, data: {} });
    await stage.sweep();
    expect(stage.live()).toEqual(['a']);
  });

  it('leaves all leases but those of Once to a controller that lives', async () => {
    const stage = createStage();
    const spec = { renewTime: stamp(start - 20_000), leaseDurationSeconds: 15 };
    stage.putLease('mayfly-controller', spec);
    stage.put('a', { overdueMs: minute });
    stage.put('b', { overdueMs: minute, lifetime: 'Once' });
    stage.put('c', { overdueMs: minute, lifetime: 'WhileInUse' });
    await stage.sweep();
    expect(stage.live()).toEqual(['a', 'c']);
    await stage.clock.advance(30_000);
    await stage.sweep();
    expect(stage.live()).toEqual([]);
  });

  it('gives a controller time to start after the cluster slept', async () => {
    const stage = createStage();
    stage.put('a', { overdueMs: -minute });
    await stage.clock.advance(60 * minute);
    await stage.sweep();
    await stage.clock.advance(minute);
    await stage.sweep();
    expect(stage.live()).toEqual(['a']);
    await stage.clock.advance(minute);
    await stage.sweep();
    expect(stage.live()).toEqual([]);
  });

  it('tries again what the admission policy refuses, because that may not know the time yet', async () => {
    const stage = createStage();
    stage.put('a', { overdueMs: minute });
    const refused = createError('MAYFLY_KUBE_REFUSED', { what: 'delete', reason: 'Invalid' });
    stage.kube.failNext(
      ({ verb, resource }) => verb === 'delete' && resource === 'secrets',
      refused,
    );
    await stage.sweep();
    expect(stage.live()).toEqual([]);
  });

  it('goes on after a Secret that it may not delete, and tells it', async () => {
    const stage = createStage();
    stage.put('a', { overdueMs: minute });
    stage.put('b', { overdueMs: minute });
    const denied = createError('MAYFLY_KUBE_FORBIDDEN', { what: 'delete', user: 'sweep' });
    stage.kube.failNext(
      ({ verb, resource }) => verb === 'delete' && resource === 'secrets',
      denied,
    );
    await expectCode(stage.sweep(), 'MAYFLY_KUBE_FORBIDDEN');
    expect(stage.live()).toEqual(['a']);
  });

  it('tells how many Secrets no status lists', async () => {
    const stage = createStage();
    const metadata = { name: 'many', namespace: 'shop' };
    stage.kube.put(ownResources.EphemeralSecret, {
      metadata,
      spec: {},
      status: { secretCount: 700 },
    });
    await stage.sweep();
    expect(stage.logger.lines).toMatchObject([{ level: 'warn', fields: { count: 700 } }]);
  });

  it('leaves the rest to another sweeper that has just begun', async () => {
    const stage = createStage();
    stage.put('a', { overdueMs: minute });
    const conflict = createError('MAYFLY_KUBE_CONFLICT', { what: 'replace' });
    stage.kube.failNext(({ verb }) => verb === 'replace', conflict);
    await stage.sweep();
    await settle();
    expect(stage.live()).toEqual(['a']);
  });

  it('looks only where it was told to', async () => {
    const stage = createStage();
    stage.put('a', { overdueMs: minute });
    stage.places.namespaces.push('other');
    await stage.sweep();
    expect(stage.live()).toEqual(['a']);
  });
});
