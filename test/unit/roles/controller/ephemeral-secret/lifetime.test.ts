import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import type { EphemeralSecretStatus } from '#core/api/schema/ephemeral-secret-status-schema.ts';
import {
  aSecretSpec,
  hour,
  minute,
  secretRef,
  startRig,
  type Rig,
} from '#test/support/controller-rig.ts';
import { sealSecret } from '#test/support/memory/memory-decryptor.ts';

const db = { namespace: 'prod', name: 'db' };
const files = { 'apps/db.yaml': sealSecret('db', { password: 'one' }) };

async function start(): Promise<Rig> {
  return await startRig(files, { secret: { lifetime: 'Once' } });
}

describe('a lifetime Once', () => {
  it('is issued once, never renewed, and not issued again', async () => {
    const rig = await start();
    await rig.advance(hour - 1);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    await rig.advance(30_001);
    expect(rig.sink.names()).toEqual([]);
    rig.restart();
    await rig.advance(3 * hour);
    expect(rig.sink.names()).toEqual([]);
    expect(rig.decryptor.decryptions).toBe(1);
    const { secrets } = rig.statusOf<EphemeralSecretStatus>(secretRef());
    expect(secrets).toEqual([]);
  });

  it('does not follow a new commit, and repairs what was issued', async () => {
    const rig = await start();
    rig.git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'two' }) });
    await rig.advance(10 * minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    rig.sink.edit(db, 'password', 'by hand');
    await rig.settle();
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    rig.restart();
    await rig.settle();
    rig.sink.removeByHand(db);
    await rig.advance(minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    await rig.advance(50 * minute);
    expect(rig.sink.names()).toEqual([]);
  });

  it('is issued again for a new generation', async () => {
    const rig = await start();
    await rig.advance(2 * hour);
    rig.git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'two' }) });
    await rig.advance(2 * minute);
    rig.objects.put(secretRef(), aSecretSpec({ lifetime: 'Once', ttl: '2h' }));
    await rig.advance(hour);
    expect(rig.sink.textOf(db)).toEqual({ password: 'two' });
    await rig.advance(hour + minute);
    expect(rig.sink.names()).toEqual([]);
  });

  it('is issued again for each value of the force annotation, once', async () => {
    const rig = await start();
    await rig.advance(2 * hour);
    rig.objects.annotate(secretRef(), { 'mayfly.dev/force': '1' });
    await rig.advance(minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    await rig.advance(hour);
    expect(rig.sink.names()).toEqual([]);
    rig.restart();
    await rig.advance(hour);
    expect(rig.sink.names()).toEqual([]);
    rig.objects.annotate(secretRef(), { 'mayfly.dev/force': '2' });
    await rig.advance(minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
  });

  it('is not issued while the source refuses', async () => {
    const rig = await start();
    await rig.advance(2 * hour);
    rig.git.breakHost(createError('MAYFLY_GIT_FORBIDDEN', { host: 'git.test' }));
    await rig.advance(2 * minute);
    rig.objects.annotate(secretRef(), { 'mayfly.dev/force': '1' });
    await rig.advance(minute);
    expect(rig.sink.names()).toEqual([]);
    rig.git.breakHost(null);
    await rig.advance(2 * minute);
    expect(rig.sink.names()).toEqual(['prod/db']);
  });
});

describe('the force annotation', () => {
  it('has everything written again', async () => {
    const rig = await startRig(files);
    await rig.advance(minute);
    rig.objects.annotate(secretRef(), { 'mayfly.dev/force': '1' });
    await rig.settle();
    expect(rig.decryptor.decryptions).toBe(2);
    rig.enqueue(secretRef());
    await rig.settle();
    expect(rig.decryptor.decryptions).toBe(2);
  });
});

describe('the time to live', () => {
  it('is held within the bounds of the administrator', async () => {
    const short = await startRig(files, { secret: { ttl: '5s' }, minTtlMs: minute });
    expect((await short.sink.read(db))?.lease?.expiresAt).toBe(short.clock.now() + minute);
    const long = await startRig(files, { secret: { ttl: '9d' } });
    expect((await long.sink.read(db))?.lease?.expiresAt).toBe(long.clock.now() + 24 * hour);
  });

  it('shortens leases at once when it is made shorter', async () => {
    const rig = await startRig(files);
    rig.objects.put(secretRef(), aSecretSpec({ ttl: '5m' }));
    await rig.settle();
    expect((await rig.sink.read(db))?.lease?.expiresAt).toBe(rig.clock.now() + 5 * minute);
  });
});

describe('after a long time without the program', () => {
  it('renewal is offered first where the source verifies', async () => {
    const rig = await startRig(files);
    rig.sleep(10 * hour);
    rig.restart();
    await rig.advance(minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    expect(rig.sink.writes).toBe(2);
  });

  it('renewal is offered too when only the host slept', async () => {
    const rig = await startRig(files);
    rig.sleep(10 * hour);
    await rig.advance(minute);
    expect(rig.sink.textOf(db)).toEqual({ password: 'one' });
    expect(rig.sink.writes).toBe(2);
  });

  it('Secrets are deleted at once where the source refuses', async () => {
    const rig = await startRig(files);
    rig.sleep(10 * hour);
    rig.git.breakHost(createError('MAYFLY_GIT_NOT_FOUND', { host: 'git.test' }));
    rig.restart();
    await rig.advance(10_000);
    expect(rig.sink.names()).toEqual([]);
  });

  it('an outage is bridged up to maxStale, counted from the last verification', async () => {
    const rig = await startRig(files, { secret: { maxStale: '12h' } });
    rig.git.breakHost(createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' }));
    rig.sleep(10 * hour);
    rig.restart();
    await rig.advance(2 * hour - minute);
    expect(rig.sink.names()).toEqual(['prod/db']);
    await rig.advance(minute + 30_000);
    expect(rig.sink.names()).toEqual([]);
  });

  it('a key that does not answer is an outage too, bridged up to maxStale', async () => {
    const rig = await startRig(files, { secret: { maxStale: '12h' } });
    rig.sleep(10 * hour);
    rig.keys.breakReads(createError('MAYFLY_GIT_TIMEOUT', { host: 'keys.test', seconds: 1 }));
    rig.restart();
    await rig.advance(2 * hour - minute);
    expect(rig.sink.names()).toEqual(['prod/db']);
    await rig.advance(minute + 30_000);
    expect(rig.sink.names()).toEqual([]);
  });

  it('an overdue Secret is deleted after 30 s when its spec is wrong by now', async () => {
    const rig = await startRig(files);
    rig.sleep(10 * hour);
    rig.objects.put(secretRef(), { ...aSecretSpec(), colour: 'red' });
    rig.restart();
    await rig.advance(30_000);
    expect(rig.sink.names()).toEqual([]);
  });

  it('an overdue Secret is deleted after 30 s when outages are not bridged', async () => {
    const rig = await startRig(files, { secret: { maxStale: '0s' } });
    rig.sleep(10 * hour);
    rig.keys.breakReads(createError('MAYFLY_GIT_TIMEOUT', { host: 'keys.test', seconds: 1 }));
    rig.restart();
    await rig.advance(29_999);
    expect(rig.sink.names()).toEqual(['prod/db']);
    await rig.advance(1);
    expect(rig.sink.names()).toEqual([]);
  });

  it('Once is swept at once', async () => {
    const rig = await startRig(files, { secret: { lifetime: 'Once' } });
    rig.sleep(10 * hour);
    rig.restart();
    await rig.settle();
    expect(rig.sink.names()).toEqual([]);
  });
});

describe('hooks', () => {
  const secret = { restart: ['reload'] };

  it('run when content changes, not when a lease does', async () => {
    const rig = await startRig(files, { secret, hooks: ['reload'] });
    expect(rig.changes).toEqual([{ owner: secretRef(), hooks: ['reload'] }]);
    await rig.advance(3 * hour);
    expect(rig.changes).toHaveLength(1);
    rig.git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'two' }) });
    await rig.advance(2 * minute);
    expect(rig.changes).toHaveLength(2);
    rig.sink.edit(db, 'password', 'by hand');
    await rig.settle();
    expect(rig.changes).toHaveLength(3);
    rig.restart();
    await rig.advance(hour);
    expect(rig.changes).toHaveLength(3);
  });

  it('do not run for a file that was only encrypted anew', async () => {
    const rig = await startRig(files, { secret, hooks: ['reload'] });
    const again = sealSecret('db', { password: 'one' }, { modifiedAt: 5 });
    rig.git.commit({ 'apps/db.yaml': again });
    await rig.advance(2 * minute);
    expect(rig.decryptor.decryptions).toBe(2);
    expect(rig.changes).toHaveLength(1);
  });

  it('run later when they failed', async () => {
    const rig = await startRig(files, { secret, hooks: ['reload'] });
    rig.breakHooks(createError('MAYFLY_GIT_TIMEOUT', { host: 'hook.test', seconds: 1 }));
    rig.git.commit({ 'apps/db.yaml': sealSecret('db', { password: 'two' }) });
    await rig.advance(2 * minute);
    expect(rig.changes).toHaveLength(1);
    expect(rig.conditionOf(secretRef())?.status).toBe('Unknown');
    rig.breakHooks(null);
    await rig.advance(minute);
    expect(rig.changes).toHaveLength(2);
    expect(rig.conditionOf(secretRef())?.status).toBe('True');
  });
});

describe('a wrong spec', () => {
  it('is refused with all its faults, and leases end', async () => {
    const rig = await startRig(files);
    rig.objects.put(secretRef(), { ...aSecretSpec(), ttl: 'soon', colour: 'red' });
    await rig.settle();
    const condition = rig.conditionOf(secretRef());
    expect(condition).toMatchObject({ status: 'False', reason: 'ObjectFieldUnknown' });
    expect(condition?.message).toContain('spec.ttl');
    expect(condition?.message).toContain('spec.colour');
    expect(rig.sink.names()).toEqual(['prod/db']);
    await rig.advance(hour + 30_000);
    expect(rig.sink.names()).toEqual([]);
  });

  it('waits without a word for a source that was not asked yet', async () => {
    const rig = await startRig(files);
    rig.restart();
    rig.git.breakHost(createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' }));
    await rig.settle();
    expect(rig.sink.names()).toEqual(['prod/db']);
  });
});
