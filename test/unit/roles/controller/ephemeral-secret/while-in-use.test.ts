import { describe, expect, it } from '@jest/globals';
import type { EphemeralSecretStatus } from '#core/api/schema/ephemeral-secret-status-schema.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import {
  aSecretSpec,
  hour,
  minute,
  secretRef,
  sourceRef,
  startRig,
  type Rig,
} from '#test/support/controller-rig.ts';
import { sealSecret } from '#test/support/memory/memory-decryptor.ts';

const db = { namespace: 'prod', name: 'db' };
const files = {
  'apps/db.yaml': sealSecret('db', { password: 'one' }),
  'apps/tls.yaml': sealSecret('tls', { key: 'one' }),
};
const spec = { lifetime: 'WhileInUse', linger: '30s', ttl: '1h' };

async function start(change: object = {}): Promise<Rig> {
  return await startRig(files, { secret: { ...spec, ...change }, place: 'cluster' });
}

async function use(rig: Rig, name: string): Promise<void> {
  rig.usage.use('prod', name);
  await rig.settle();
}

async function release(rig: Rig, name: string): Promise<void> {
  rig.usage.release('prod', name);
  await rig.settle();
}

describe('a lifetime WhileInUse', () => {
  it('keeps nothing at rest, and says so', async () => {
    const rig = await start();
    await rig.advance(3 * hour);
    expect(rig.sink.names()).toEqual([]);
    expect(rig.sink.writes).toBe(0);
    expect(rig.conditionOf(secretRef())).toMatchObject({ status: 'True', reason: 'NotInUse' });
  });

  it('makes the Secret that a pod references, and no other', async () => {
    const rig = await start();
    await use(rig, 'db');
    expect(rig.sink.names()).toEqual(['prod/db']);
    expect(rig.conditionOf(secretRef())).toMatchObject({ reason: 'Synced' });
    await use(rig, 'tls');
    expect(rig.sink.names()).toEqual(['prod/db', 'prod/tls']);
  });

  it('opens each file once to learn its names, and again only to write', async () => {
    const rig = await start();
    expect(rig.decryptor.decryptions).toBe(2);
    await use(rig, 'db');
    expect(rig.decryptor.decryptions).toBe(3);
    await use(rig, 'somebody-elses');
    await rig.advance(hour);
    expect(rig.decryptor.decryptions).toBe(3);
  });

  it('renews while it is used, and removes after the linger', async () => {
    const rig = await start();
    await use(rig, 'db');
    await rig.advance(5 * hour);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    await release(rig, 'db');
    await rig.advance(29_999);
    expect(rig.sink.names()).toEqual(['prod/db']);
    await rig.advance(1);
    expect(rig.sink.names()).toEqual([]);
    expect(rig.statusOf<EphemeralSecretStatus>(secretRef())).toMatchObject({ secretCount: 0 });
  });

  it('lingers for the pod that comes next', async () => {
    const rig = await start();
    await use(rig, 'db');
    await release(rig, 'db');
    await rig.advance(20_000);
    await use(rig, 'db');
    await rig.advance(minute);
    expect(rig.sink.names()).toEqual(['prod/db']);
    const { uid } = (await rig.sink.read(db)) ?? {};
    expect(uid).toBe('uid-1');
  });

  it('follows commits, and repairs, while it is used', async () => {
    const rig = await start();
    await use(rig, 'db');
    rig.git.commit({ ...files, 'apps/db.yaml': sealSecret('db', { password: 'two' }) });
    await rig.advance(2 * minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'two' });
    rig.sink.edit(db, 'password', 'by hand');
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'two' });
    rig.sink.removeByHand(db);
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'two' });
  });

  it('sweeps at once after a start what nobody uses, and keeps what is used', async () => {
    const rig = await start();
    await use(rig, 'db');
    await use(rig, 'tls');
    rig.sleep(10 * minute);
    rig.usage.release('prod', 'tls');
    rig.restart();
    await rig.settle();
    expect(rig.sink.names()).toEqual(['prod/db']);
  });
});

describe('a lifetime WhileInUse in trouble', () => {
  it('decides nothing while the pods are not known', async () => {
    const rig = await start();
    await use(rig, 'db');
    rig.usage.breakList('pending');
    rig.restart();
    await rig.advance(minute);
    expect(rig.sink.names()).toEqual(['prod/db']);
    const what = 'list pods of prod';
    rig.usage.breakList(createError('MAYFLY_KUBE_FORBIDDEN', { what, user: 'mayfly' }));
    rig.enqueue(secretRef());
    await rig.settle();
    expect(rig.conditionOf(secretRef())?.message).toContain(what);
    expect(rig.sink.names()).toEqual(['prod/db']);
  });

  it('bridges an outage of the source for pods that come, up to maxStale', async () => {
    const rig = await start({ maxStale: '2h' });
    rig.git.breakHost(createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' }));
    await rig.advance(90 * minute);
    await use(rig, 'db');
    expect(rig.sink.names()).toEqual(['prod/db']);
    await rig.advance(31 * minute);
    expect(rig.sink.names()).toEqual([]);
    await use(rig, 'tls');
    expect(rig.sink.names()).toEqual([]);
  });

  it('tells of pods that may start without it', async () => {
    const rig = await start();
    rig.usage.use('prod', 'db', { isOptional: true });
    await rig.settle();
    const { conditions = [] } = rig.statusOf<EphemeralSecretStatus>(secretRef());
    expect(conditions).toContainEqual(
      expect.objectContaining({ type: 'OptionalReference', status: 'True' }),
    );
    const told = rig.objects.events.filter(({ reason }) => reason === 'PodsMayStartWithout');
    expect(told).toMatchObject([{ type: 'Warning', about: secretRef() }]);
    rig.usage.use('prod', 'db', { isOptional: false });
    await rig.settle();
    expect(rig.statusOf<EphemeralSecretStatus>(secretRef()).conditions).toHaveLength(1);
    rig.usage.use('prod', 'tls', { isOptional: true });
    await rig.settle();
    expect(rig.statusOf<EphemeralSecretStatus>(secretRef()).conditions).toHaveLength(2);
    rig.git.commit({ 'apps/tls.yaml': null });
    await rig.advance(2 * minute);
    expect(rig.statusOf<EphemeralSecretStatus>(secretRef()).conditions).toHaveLength(1);
  });

  it('stops following pods when nobody asks any more', async () => {
    const rig = await start();
    expect([...rig.usage.followed]).toEqual(['prod']);
    rig.objects.put(secretRef(), aSecretSpec());
    await rig.advance(minute);
    expect([...rig.usage.followed]).toEqual([]);
    expect(rig.sink.names()).toEqual(['prod/db', 'prod/tls']);
  });

  it('goes on as it is while it is suspended, and goes when its object does', async () => {
    const rig = await start();
    await use(rig, 'db');
    rig.objects.put(secretRef(), aSecretSpec({ ...spec, suspend: true }));
    await release(rig, 'db');
    await rig.advance(minute);
    expect(rig.sink.names()).toEqual(['prod/db']);
    rig.objects.delete(secretRef());
    await rig.settle();
    expect(rig.sink.names()).toEqual([]);
  });

  it('is refused without a cluster, and with restart', async () => {
    const rig = await startRig(files, { secret: spec });
    expect(rig.outcomeOf(secretRef())).toMatchObject({
      outcome: {
        code: 'MAYFLY_SYNC_PLACE',
        message: 'spec.lifetime WhileInUse only works in a cluster',
      },
    });
    const both = await start({ restart: ['web'] });
    expect(both.conditionOf(secretRef())?.message).toContain('spec.restart');
    expect(both.conditionOf(sourceRef())).toMatchObject({ status: 'True' });
  });
});
