import { describe, expect, it } from '@jest/globals';
import { createError } from '#core/errors/mayfly-error.ts';
import { aSecretSpec, hour, minute, secretRef, startRig } from '#test/support/controller-rig.ts';
import { sealSecret } from '#test/support/memory/memory-decryptor.ts';

const files = {
  'apps/a.yaml': sealSecret('a', { k: '1' }),
  'apps/b.yaml': sealSecret('b', { k: '2' }),
};
const full = createError('MAYFLY_FILE_WRITE_FAILED', { path: 'sink', reason: 'ENOSPC' });

describe('the sweep', () => {
  it('goes on trying when the sink fails, and deletes when it heals', async () => {
    const rig = await startRig(files, { secret: { lifetime: 'Once' } });
    rig.sink.breakWrites(full);
    await rig.advance(hour + 5 * minute);
    expect(rig.sink.names()).toEqual(['prod/a', 'prod/b']);
    rig.sink.breakWrites(null);
    await rig.advance(5_000);
    expect(rig.sink.names()).toEqual([]);
  });

  it('has the object looked at, so that its status follows', async () => {
    const rig = await startRig(files, { secret: { lifetime: 'Once' } });
    await rig.advance(hour + 10_000);
    expect(rig.statusOf(secretRef())).toMatchObject({ secretCount: 0, secrets: [] });
  });

  it('deletes the Secrets of an object that was made anew under its name', async () => {
    const rig = await startRig(files);
    rig.objects.delete(secretRef());
    rig.objects.put(secretRef(), aSecretSpec({ path: 'apps/a.yaml' }));
    await rig.advance(2 * minute);
    expect(rig.sink.names()).toEqual(['prod/a']);
    expect((await rig.sink.read({ namespace: 'prod', name: 'a' }))?.lease?.owner.uid).toBe(
      rig.objects.peek(secretRef())?.metadata.uid,
    );
  });
});

describe('a sink that fails', () => {
  it('loses nothing when it heals', async () => {
    const rig = await startRig(files);
    rig.sink.breakWrites(full);
    rig.git.commit({ 'apps/a.yaml': sealSecret('a', { k: 'new' }) });
    await rig.advance(45 * minute);
    expect(rig.conditionOf(secretRef())?.status).toBe('Unknown');
    rig.sink.breakWrites(null);
    await rig.advance(minute);
    expect(rig.sink.textOf({ namespace: 'prod', name: 'a' })).toEqual({ k: 'new' });
    expect(rig.conditionOf(secretRef())?.status).toBe('True');
    await rig.advance(2 * hour);
    expect(rig.sink.names()).toEqual(['prod/a', 'prod/b']);
  });
});
