import { describe, expect, it } from '@jest/globals';
import type { EphemeralSecretStatus } from '#core/api/schema/ephemeral-secret-status-schema.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import {
  aSecretSpec,
  hour,
  minute,
  secretRef,
  startRig,
  type Rig,
} from '#test/support/controller-rig.ts';
import { sealSecret } from '#test/support/memory/memory-decryptor.ts';

function filesWith(password: string): Readonly<Record<string, string>> {
  return { 'apps/db.yaml': sealSecret('db', { password }) };
}

async function start(restart: readonly string[] = ['deployment/web']): Promise<Rig> {
  return await startRig(filesWith('one'), { secret: { restart }, place: 'cluster' });
}

function restarted(rig: Rig): readonly string[] {
  return rig.workloads.restarts.map(({ workload }) => workload);
}

describe('restart of workloads', () => {
  it('is not asked for by the first content, by renewals or by repairs', async () => {
    const rig = await start();
    await rig.advance(3 * hour);
    rig.sink.edit({ namespace: 'prod', name: 'db' }, 'password', 'by hand');
    await rig.advance(minute);
    rig.restart();
    await rig.advance(hour);
    expect(rig.workloads.restarts).toEqual([]);
  });

  it('happens once for each new content, within seconds', async () => {
    const rig = await start(['deployment/web', 'statefulset/db', 'daemonset/agent']);
    rig.git.commit(filesWith('two'));
    await rig.advance(minute + 10_000);
    expect(restarted(rig)).toEqual([
      'prod/Deployment/web',
      'prod/StatefulSet/db',
      'prod/DaemonSet/agent',
    ]);
    await rig.advance(hour);
    expect(rig.workloads.restarts).toHaveLength(3);
    rig.git.commit(filesWith('three'));
    await rig.advance(2 * minute);
    expect(rig.workloads.restarts).toHaveLength(6);
    const values = new Set(rig.workloads.restarts.map(({ value }) => value));
    expect(values.size).toBe(2);
  });

  it('begins a few at a time', async () => {
    const all = Array.from({ length: 10 }, (_, index) => `deployment/web-${index}`);
    const rig = await start(all);
    rig.git.commit(filesWith('two'));
    await rig.advance(3 * minute);
    const begun = rig.workloads.restarts.map(({ at }) => at);
    expect(begun).toHaveLength(10);
    for (const at of begun) {
      expect(
        begun.filter((other) => other >= at && other < at + 30_000).length,
      ).toBeLessThanOrEqual(5);
    }
  });

  it('does not begin at the same moment for all objects', async () => {
    const rig = await start();
    for (const name of ['b', 'c', 'd']) {
      rig.objects.put(secretRef(name), aSecretSpec({ path: name, restart: ['deployment/web'] }));
    }
    const folders = (password: string): Readonly<Record<string, string>> =>
      Object.fromEntries(
        ['b', 'c', 'd'].map((name) => [`${name}/x.yaml`, sealSecret(name, { password })]),
      );
    rig.git.commit({ ...filesWith('one'), ...folders('one') });
    await rig.advance(2 * minute);
    rig.git.commit({ ...filesWith('one'), ...folders('two') });
    await rig.advance(2 * minute);
    expect(new Set(rig.workloads.restarts.map(({ at }) => at)).size).toBe(3);
  });

  it('is asked for again after a kill, with the same mark', async () => {
    const rig = await start(['deployment/web', 'deployment/api']);
    rig.git.commit(filesWith('two'));
    rig.workloads.breakRestarts(
      createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'patch', reason: 'cut' }),
    );
    await rig.advance(2 * minute);
    expect(rig.workloads.restarts).toEqual([]);
    rig.workloads.breakRestarts(null);
    rig.restart();
    await rig.advance(minute);
    expect(restarted(rig)).toEqual(['prod/Deployment/web', 'prod/Deployment/api']);
    expect(rig.conditionOf(secretRef())).toMatchObject({ status: 'True' });
  });

  it('says which workload is missing, and Secrets go on', async () => {
    const rig = await start();
    const missing = { workload: 'deployment/web', namespace: 'prod' };
    rig.workloads.breakRestarts(createError('MAYFLY_SYNC_WORKLOAD_MISSING', missing));
    rig.git.commit(filesWith('two'));
    await rig.advance(3 * hour);
    expect(rig.outcomeOf(secretRef())).toMatchObject({
      outcome: { kind: 'refused', code: 'MAYFLY_SYNC_WORKLOAD_MISSING' },
    });
    expect(rig.sink.names()).toEqual(['prod/db']);
    rig.workloads.breakRestarts(null);
    await rig.advance(2 * minute);
    expect(restarted(rig)).toEqual(['prod/Deployment/web']);
    expect(rig.statusOf<EphemeralSecretStatus>(secretRef()).announced).toBe(
      rig.workloads.restarts[0]?.value,
    );
  });

  it('names what only works elsewhere', async () => {
    const hooks = await start(['reload']);
    expect(hooks.outcomeOf(secretRef())).toMatchObject({
      outcome: {
        code: 'MAYFLY_SYNC_PLACE',
        message: 'spec.restart[0] only works on a machine, whose configuration has hooks',
      },
    });
    const workloads = await startRig(filesWith('one'), { secret: { restart: ['deployment/web'] } });
    expect(workloads.outcomeOf(secretRef())).toMatchObject({
      outcome: { message: 'spec.restart[0] only works in a cluster' },
    });
  });
});
