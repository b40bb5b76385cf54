import { describe, expect, it } from '@jest/globals';
import type { EphemeralSecretStatus } from '#core/api/schema/ephemeral-secret-status-schema.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { aSecretSpec, hour, minute, secretRef, startRig } from '#test/support/controller-rig.ts';
import { sealSecret } from '#test/support/memory/memory-decryptor.ts';

const db = { namespace: 'prod', name: 'db' };
const files = { 'apps/db.yaml': sealSecret('db', { password: 'one' }) };
const adopting = { target: { manifests: { ownership: 'Adopt' } } };

describe('ownership', () => {
  it('Adopt takes over a Secret that was there before, with all of its content', async () => {
    const rig = await startRig(files, { place: 'cluster' });
    rig.sink.removeByHand(db);
    rig.sink.putForeign(db, { password: 'theirs', more: 'of it' });
    await rig.advance(2 * minute);
    expect(rig.outcomeOf(secretRef())).toMatchObject({
      outcome: { kind: 'refused', code: 'MAYFLY_SINK_NOT_OWNED' },
    });
    rig.objects.put(secretRef(), aSecretSpec(adopting));
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    expect(rig.conditionOf(secretRef())).toMatchObject({ status: 'True' });
    rig.objects.delete(secretRef());
    await rig.settle();
    expect(rig.sink.names()).toEqual([]);
  });

  it('Adopt does not take what another EphemeralSecret has', async () => {
    const rig = await startRig(files, { place: 'cluster' });
    rig.objects.put(secretRef('second'), aSecretSpec(adopting));
    await rig.settle();
    expect(rig.outcomeOf(secretRef('second'))).toMatchObject({
      outcome: { kind: 'refused', code: 'MAYFLY_SINK_NOT_OWNED' },
    });
    expect((await rig.sink.read(db))?.lease?.owner.name).toBe('apps');
  });

  it('Adopt is refused without a cluster', async () => {
    const rig = await startRig(files, { secret: adopting });
    expect(rig.sink.names()).toEqual([]);
    expect(rig.outcomeOf(secretRef())).toMatchObject({
      outcome: {
        code: 'MAYFLY_SYNC_PLACE',
        message: 'spec.target.manifests.ownership only works in a cluster',
      },
    });
  });
});

describe('clusters', () => {
  const clusters = { matchLabels: { stage: 'production' } };

  it('keeps an object without Secrets where it is not for', async () => {
    const rig = await startRig(files, { secret: { clusters }, clusterLabels: { stage: 'test' } });
    await rig.advance(hour);
    expect(rig.sink.names()).toEqual([]);
    expect(rig.decryptor.decryptions).toBe(0);
    expect(rig.conditionOf(secretRef())).toMatchObject({
      status: 'True',
      reason: 'NotForThisCluster',
    });
  });

  it('works where it is for, and its Secrets go when it is no longer', async () => {
    const clusterLabels = { stage: 'production' };
    const rig = await startRig(files, { secret: { clusters }, clusterLabels });
    expect(rig.sink.names()).toEqual(['prod/db']);
    const elsewhere = {
      matchExpressions: [{ key: 'stage', operator: 'NotIn', values: ['production'] }],
    };
    rig.objects.put(secretRef(), aSecretSpec({ clusters: elsewhere }));
    await rig.settle();
    expect(rig.sink.names()).toEqual([]);
    expect(rig.statusOf<EphemeralSecretStatus>(secretRef())).toMatchObject({
      secretCount: 0,
      secrets: [],
    });
    rig.objects.put(secretRef(), aSecretSpec({ clusters }));
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
  });

  it('drops Secrets as for a file that was removed: kept, or released', async () => {
    const clusterLabels = { stage: 'production' };
    const elsewhere = { matchLabels: { stage: 'test' } };
    const kept = await startRig(files, { clusterLabels });
    kept.objects.put(secretRef(), aSecretSpec({ clusters: elsewhere, onSourceMissing: 'Keep' }));
    await kept.settle();
    expect(kept.sink.names()).toEqual(['prod/db']);
    await kept.advance(hour + minute);
    expect(kept.sink.names()).toEqual([]);
    const released = await startRig(files, { clusterLabels });
    released.objects.put(secretRef(), aSecretSpec({ clusters: elsewhere, prune: false }));
    await released.settle();
    expect((await released.sink.read(db))?.lease).toBeNull();
  });
});

describe('serviceAccountName', () => {
  const secret = { serviceAccountName: 'deployer' };
  const forbidden = createError('MAYFLY_KUBE_FORBIDDEN', {
    what: 'patch secrets prod/db',
    user: 'system:serviceaccount:prod:deployer',
  });

  it('writes and renews as that ServiceAccount', async () => {
    const rig = await startRig(files, { secret, place: 'cluster' });
    await rig.advance(45 * minute);
    rig.git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'two' }) });
    await rig.advance(2 * minute);
    const deployer = { user: 'system:serviceaccount:prod:deployer', groups: [] };
    expect(rig.sink.writers).toEqual([
      ['create', deployer],
      ['renew', deployer],
      ['apply', deployer],
    ]);
  });

  it('lets the lease run out when the right is lost, and deletes with its own right', async () => {
    const rig = await startRig(files, { secret, place: 'cluster' });
    rig.sink.breakWritesOf('system:serviceaccount:prod:deployer', forbidden);
    await rig.advance(59 * minute);
    expect(rig.conditionOf(secretRef())).toMatchObject({ status: 'False' });
    expect(rig.conditionOf(secretRef())?.message).toContain('system:serviceaccount:prod:deployer');
    expect(rig.sink.names()).toEqual(['prod/db']);
    await rig.advance(minute + 30_000);
    expect(rig.sink.names()).toEqual([]);
    rig.sink.breakWritesOf('system:serviceaccount:prod:deployer', null);
    await rig.advance(2 * minute);
    expect(rig.sink.names()).toEqual(['prod/db']);
    expect(rig.conditionOf(secretRef())).toMatchObject({ status: 'True' });
  });

  it('is refused without a cluster', async () => {
    const rig = await startRig(files, { secret });
    expect(rig.outcomeOf(secretRef())).toMatchObject({
      outcome: {
        code: 'MAYFLY_SYNC_PLACE',
        message: 'spec.serviceAccountName only works in a cluster',
      },
    });
  });
});
