import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import {
  hour,
  minute,
  secretRef,
  sourceRef,
  startRig,
  type Rig,
} from '#test/support/controller-rig.ts';
import { sealSecret } from '#test/support/memory/memory-decryptor.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const files = Object.fromEntries(
  names.map((name) => [`apps/${name}.yaml`, sealSecret(name, { k: name })]),
);
const all = names.map((name) => `prod/${name}`);
const down = createError('MAYFLY_GIT_UNAVAILABLE', { host: 'git.test' });

function listConditions(rig: Rig): readonly string[] {
  const { conditions = [] } = rig.statusOf<{ conditions: { type: string }[] }>(secretRef());
  return conditions.map(({ type }) => type);
}

/** Everything was down for three hours: the program too, and both clocks went on. */
async function hibernate(rig: Rig): Promise<void> {
  await rig.advance(10 * minute);
  rig.sleep(3 * hour);
}

describe('a cluster that hibernated', () => {
  it('comes back with its Secrets, renewed', async () => {
    const rig = await startRig(files);
    await hibernate(rig);
    rig.restart();
    await rig.advance(minute);
    expect(rig.sink.names()).toEqual(all);
    for (const name of names) {
      const live = await rig.sink.read({ namespace: 'prod', name });
      expect(live?.lease?.expiresAt).toBeGreaterThan(rig.clock.now());
    }
    expect(rig.decryptor.decryptions).toBe(names.length);
  });

  it('loses nothing while its git host, which comes up last, does not answer', async () => {
    const rig = await startRig(files);
    rig.git.breakHost(down);
    await hibernate(rig);
    rig.restart();
    await rig.advance(10 * minute);
    expect(rig.sink.names()).toEqual(all);
    rig.git.breakHost(null);
    await rig.advance(2 * minute);
    expect(rig.conditionOf(secretRef())).toMatchObject({ status: 'True', reason: 'Synced' });
  });

  it('loses nothing while nobody could ask its source in the first 30 s', async () => {
    const rig = await startRig(files);
    await hibernate(rig);
    rig.keys.breakReads(createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'keys', reason: 'down' }));
    rig.restart();
    await rig.advance(5 * minute);
    expect(rig.sink.names()).toEqual(all);
    rig.keys.breakReads(null);
    await rig.advance(2 * minute);
    expect(rig.conditionOf(secretRef())).toMatchObject({ status: 'True', reason: 'Synced' });
  });

  it('has its Once deleted, and what its source refuses by now', async () => {
    const once = await startRig(files, { secret: { lifetime: 'Once' } });
    await hibernate(once);
    once.restart();
    await once.settle();
    expect(once.sink.names()).toEqual([]);
    const refused = await startRig(files);
    await hibernate(refused);
    refused.objects.delete(sourceRef());
    refused.restart();
    await refused.advance(30_000);
    expect(refused.sink.names()).toEqual([]);
  });
});

describe('clocks that are apart', () => {
  it('delete nothing before both say so, and tell it', async () => {
    const rig = await startRig(files, { secret: { lifetime: 'Once' } });
    rig.setSkew(2 * hour);
    await rig.advance(30_000);
    expect(listConditions(rig)).toContain('ClockSkew');
    await rig.advance(hour);
    expect(rig.sink.names()).toEqual(all);
    await rig.advance(2 * hour);
    expect(rig.sink.names()).toEqual([]);
  });

  it('delete nothing early by a local clock that goes ahead', async () => {
    const rig = await startRig(files, { secret: { lifetime: 'Once' } });
    rig.setSkew(-2 * hour);
    await rig.advance(hour - 1);
    expect(rig.sink.names()).toEqual(all);
    await rig.advance(10_001);
    expect(rig.sink.names()).toEqual([]);
  });

  it('go together again without a trace', async () => {
    const rig = await startRig(files);
    rig.setSkew(2 * minute);
    await rig.advance(minute);
    expect(listConditions(rig)).toEqual(['Ready', 'ClockSkew']);
    rig.setSkew(0);
    await rig.advance(minute);
    expect(listConditions(rig)).toEqual(['Ready']);
    expect(rig.sink.names()).toEqual(all);
  });

  it('do not keep a Secret whose object is gone', async () => {
    const rig = await startRig(files);
    rig.setSkew(2 * hour);
    rig.objects.delete(secretRef());
    await rig.advance(minute);
    expect(rig.sink.names()).toEqual([]);
  });
});
