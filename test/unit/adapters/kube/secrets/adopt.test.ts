import { describe, expect, it } from '@jest/globals';
import { keys } from '#core/api/object.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  aDesired,
  aLease,
  db,
  encode,
  putOurs,
  setUpMemoryKubeSink,
  textOf,
  type MemorySinkSetup,
} from '#test/support/sink/kube-sink-setup.ts';

async function withSink(test: (setup: MemorySinkSetup) => Promise<void>): Promise<void> {
  const setup = await setUpMemoryKubeSink();
  try {
    await test(setup);
  } finally {
    await setup.close();
  }
}

const none = { uid: 'none', resourceVersion: 'none' };

async function adopt({ sink }: MemorySinkSetup): Promise<unknown> {
  const desired = aDesired({ password: 'ours' });
  const live = await sink.read(db);
  return await sink.adopt(desired, aLease(desired), live ?? none);
}

describe('a Secret that is taken over', () => {
  it('is replaced, keeps its uid and the labels of others, and is ours from then on', () =>
    withSink(async (setup) => {
      const { hands, sink } = setup;
      const labels = { team: 'shop' };
      const data = { password: encode('theirs'), more: encode('of it') };
      const before = await hands.create(db, { type: 'Opaque', data, metadata: { labels } });
      await adopt(setup);
      const after = await hands.peek(db);
      expect(textOf(after)).toEqual({ password: 'ours' });
      expect(after?.metadata.uid).toBe(before.metadata.uid);
      expect(after?.metadata.labels).toMatchObject({ team: 'shop', [keys.managed]: 'true' });
      expect(await sink.listManaged()).toMatchObject([db]);
    }));

  it.each<[string, object, string]>([
    [
      'another controller keeps it',
      {
        metadata: {
          ownerReferences: [
            { apiVersion: 'v1', kind: 'Foo', name: 'foo', uid: 'u', controller: true },
          ],
        },
      },
      'is kept by another controller',
    ],
    [
      'it is a token of the cluster',
      { type: 'kubernetes.io/service-account-token' },
      'has a type that is never taken over',
    ],
  ])('is left as it is when %s', (_what, secret, problem) =>
    withSink(async (setup) => {
      const data = { password: encode('theirs') };
      const before = await setup.hands.create(db, { type: 'Opaque', data, ...secret });
      const error = await expectCode(adopt(setup), 'MAYFLY_SINK_NOT_ADOPTABLE');
      expect(error.params['problem']).toBe(problem);
      expect(await setup.hands.peek(db)).toEqual(before);
    }),
  );

  it('is not taken when it changed in between, or has a lease', () =>
    withSink(async (setup) => {
      const data = { password: encode('theirs') };
      await setup.hands.create(db, { type: 'Opaque', data });
      const live = await setup.sink.read(db);
      await setup.hands.edit(db, { data: { password: encode('newer') } });
      const desired = aDesired({ password: 'ours' });
      const stale = setup.sink.adopt(desired, aLease(desired), live ?? none);
      await expectCode(stale, 'MAYFLY_SINK_CONFLICT');
      await setup.hands.remove(db);
      await putOurs(setup, { password: 'one' });
      await expectCode(adopt(setup), 'MAYFLY_SINK_CONFLICT');
    }));
});
