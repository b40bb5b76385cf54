import { beforeEach, describe, expect, it } from '@jest/globals';
import { EventRecorder } from '#adapters/kube/objects/events/record-events.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { KubeApi, KubeObject } from '#core/ports/kube/kube-api.ts';
import type { ObjectEvent } from '#core/ports/object-api.ts';
import { createFakeClock, settle, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createMemoryKube, type MemoryKube } from '#test/support/memory/memory-kube.ts';

const event: ObjectEvent = {
  about: { kind: 'GitSource', namespace: 'shop', name: 'repo' },
  type: 'Normal',
  reason: 'Fetched',
  message: 'a commit was accepted',
};
const resource = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event' };

let clock: FakeClock;
let kube: MemoryKube;
let lost: unknown[];
let ending: AbortController;
let recorder: EventRecorder;
let priorities: unknown[];

/** Notes how urgent each write is. */
function watchPriorities(api: KubeApi): KubeApi {
  return {
    ...api,
    create: async (target, body, call) => {
      priorities.push(call.priority);
      return await api.create(target, body, call);
    },
    patch: async (target, body, call) => {
      priorities.push(call.priority);
      return await api.patch(target, body, call);
    },
  };
}

beforeEach(() => {
  clock = createFakeClock();
  kube = createMemoryKube(clock);
  lost = [];
  priorities = [];
  ending = new AbortController();
  recorder = new EventRecorder({
    api: watchPriorities(kube),
    clock,
    random: createFakeRandom(),
    instance: 'mayfly-0',
    signal: ending.signal,
    findUid: ({ name }) => (name === 'gone' ? null : 'uid-1'),
    onLost: (_, error) => lost.push(error),
  });
});

async function record(...events: readonly ObjectEvent[]): Promise<void> {
  for (const one of events) recorder.record(one);
  await settle();
}

async function listEvents(): Promise<readonly KubeObject[]> {
  const { signal } = new AbortController();
  return (await kube.list({ resource }, { signal, limit: 5_000 })).items;
}

describe('an event', () => {
  it('is recorded beside its object, behind all other calls', async () => {
    await record(event);
    const [recorded, ...others] = await listEvents();
    expect(others).toEqual([]);
    expect(recorded).toMatchObject({
      metadata: { namespace: 'shop', name: expect.stringMatching(/^repo\.[-0-9a-f]{36}$/u) },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'mayfly.dev/controller',
      reportingInstance: 'mayfly-0',
      action: 'Reconcile',
      type: 'Normal',
      reason: 'Fetched',
      note: 'a commit was accepted',
      regarding: {
        apiVersion: 'mayfly.dev/v1alpha1',
        kind: 'GitSource',
        namespace: 'shop',
        name: 'repo',
        uid: 'uid-1',
      },
    });
    expect(priorities).toEqual(['low']);
  });

  it('of many waits its turn, twenty a second', async () => {
    const many = Array.from({ length: 103 }, (_, index) => ({
      ...event,
      about: { ...event.about, name: `repo-${index}` },
    }));
    await record(...many);
    expect(await listEvents()).toHaveLength(100);
    await clock.advance(50);
    await settle();
    expect(await listEvents()).toHaveLength(101);
    await clock.advance(1000);
    await settle();
    expect(await listEvents()).toHaveLength(103);
    expect(lost).toEqual([]);
  });

  it('about an object of the cluster is kept in default', async () => {
    await record({ ...event, about: { kind: 'TenantPolicy', namespace: '', name: 'gone' } });
    const [recorded] = await listEvents();
    expect(recorded?.metadata.namespace).toBe('default');
    expect(recorded?.['regarding']).toEqual({
      apiVersion: 'mayfly.dev/v1alpha1',
      kind: 'TenantPolicy',
      name: 'gone',
    });
  });

  it('has a note and a name that the API server takes', async () => {
    const name = `${'a'.repeat(198)}.-${'b'.repeat(50)}`;
    await record({ ...event, about: { ...event.about, name }, message: 'ü'.repeat(1_000) });
    const [recorded] = await listEvents();
    expect(recorded?.metadata.name).toMatch(/^a{198}\.[-0-9a-f]{36}$/u);
    const note = String(recorded?.['note']);
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1_024);
    expect(note).toBe(`${'ü'.repeat(510)}…`);
  });
});

describe('an event that comes again', () => {
  it('is counted on the first one, at most once a minute', async () => {
    await record(event, event, event);
    await clock.advance(60_000);
    await record(event);
    const [recorded, ...others] = await listEvents();
    expect(others).toEqual([]);
    expect(recorded?.['series']).toEqual({
      count: 4,
      lastObservedTime: '2026-01-01T00:01:00.000000Z',
    });
    expect(priorities).toEqual(['low', 'low']);
  });

  it('after six minutes of silence is a new one', async () => {
    await record(event);
    await clock.advance(6 * 60_000);
    await record(event);
    expect(await listEvents()).toHaveLength(2);
  });

  it('is created anew when it could not be counted', async () => {
    await record(event);
    const [recorded] = await listEvents();
    kube.removeByHand({ resource, namespace: 'shop', name: recorded?.metadata.name ?? '' });
    await clock.advance(60_000);
    await record(event);
    expect(lost).toMatchObject([{ code: 'MAYFLY_KUBE_NOT_FOUND' }]);
    await record(event);
    expect(await listEvents()).toHaveLength(1);
  });
});

describe('many events', () => {
  const many = (count: number, name = 'repo'): ObjectEvent[] =>
    Array.from({ length: count }, (_, index) => ({
      ...event,
      about: { ...event.about, name },
      message: `commit ${index}`,
    }));

  it('of one object are held back, of others not', async () => {
    await record(...many(50), ...many(2, 'other'));
    expect(await listEvents()).toHaveLength(22);
    await clock.advance(90_000);
    await record(...many(50).toReversed());
    expect(await listEvents()).toHaveLength(25);
  });

  it('that cannot be written are dropped, one by one', async () => {
    const failure = createError('MAYFLY_KUBE_UNAVAILABLE', { what: 'events', reason: 'down' });
    kube.failNext(({ verb }) => verb === 'create', failure);
    await record(...many(3));
    expect(lost).toEqual([failure]);
    expect(await listEvents()).toHaveLength(2);
  });

  it('are forgotten at the end', async () => {
    ending.abort();
    await record(...many(3));
    expect(await listEvents()).toEqual([]);
  });
});
