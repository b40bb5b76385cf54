import { afterEach, describe, expect, it } from '@jest/globals';
import { aSourceSpec, minute, sourceRef } from '#test/support/controller-rig.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  startGitStores,
  type GitStoresRig,
} from '#test/support/git-stores/create-git-stores-rig.ts';
import { sealFile } from '#test/support/memory/memory-decryptor.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

let rig: GitStoresRig;

afterEach(async () => {
  await rig.close();
});

function written(modifiedAt: number): string {
  return sealFile([{ at: String(modifiedAt) }], { modifiedAt });
}

async function start(rollback: 'Refuse' | 'Warn' = 'Refuse'): Promise<void> {
  rig = await startGitStores({ 'apps/db.yaml': written(2_000) }, { source: { rollback } });
  (await rig.read('db.yaml')).wipe();
}

async function commit(files: Readonly<Record<string, string | null>>): Promise<void> {
  rig.git.commit(files);
  await rig.advance(minute);
}

async function expectRefused(): Promise<void> {
  const countUnwiped = trackSecrets();
  await expectCode(rig.read('db.yaml'), 'MAYFLY_SYNC_ROLLBACK');
  expect([countUnwiped(), rig.decryptor.open]).toEqual([0, 0]);
}

describe('a file of a git store that says it is older than what was read before', () => {
  it('is refused where the source says so, alone, also by a broker that was started anew', async () => {
    await start();
    await commit({ 'apps/db.yaml': written(1_000), 'apps/other.yaml': written(500) });
    await expectRefused();
    expect(rig.reported).toHaveLength(1);
    await rig.restart();
    await expectRefused();
    (await rig.read('other.yaml')).wipe();
    await commit({ 'apps/db.yaml': written(2_001) });
    (await rig.read('db.yaml')).wipe();
  });

  it('is read where the source does not say so', async () => {
    await start('Warn');
    await commit({ 'apps/db.yaml': written(1_000) });
    (await rig.read('db.yaml')).wipe();
  });

  it('is read once that was ordered, and what it says counts from then on', async () => {
    await start();
    await commit({ 'apps/db.yaml': written(1_000) });
    rig.objects.annotate(sourceRef(), { 'mayfly.dev/force': 'yes' });
    await rig.advance(minute);
    (await rig.read('db.yaml')).wipe();
    await commit({ 'apps/db.yaml': written(999) });
    await expectRefused();
  });

  it('is not forced by an order from before', async () => {
    await start();
    rig.objects.annotate(sourceRef(), { 'mayfly.dev/force': 'yes' });
    await rig.advance(minute);
    (await rig.read('db.yaml')).wipe();
    await commit({ 'apps/db.yaml': written(1_000) });
    await expectRefused();
  });

  it('is known when it went meanwhile, and not of another source of that name', async () => {
    await start();
    await commit({ 'apps/db.yaml': null });
    await expectCode(rig.read('db.yaml'), 'MAYFLY_STORE_NOT_FOUND');
    await commit({ 'apps/db.yaml': written(1_000) });
    await expectRefused();
    rig.objects.delete(sourceRef());
    await rig.advance(minute);
    rig.objects.put(sourceRef(), aSourceSpec({ rollback: 'Refuse' }));
    await rig.advance(minute);
    (await rig.read('db.yaml')).wipe();
  });

  it('is forgotten only for want of room, when it went', async () => {
    await start();
    const others = ['a', 'b', 'c'].map((name) => [`apps/${name}.yaml`, written(2_000)] as const);
    await commit({ 'apps/db.yaml': null, ...Object.fromEntries(others) });
    for (const name of ['a', 'b', 'c']) (await rig.read(`${name}.yaml`)).wipe();
    await commit({ 'apps/db.yaml': written(1_000), 'apps/a.yaml': written(1_000) });
    (await rig.read('db.yaml')).wipe();
    await expectCode(rig.read('a.yaml'), 'MAYFLY_SYNC_ROLLBACK');
  });
});
