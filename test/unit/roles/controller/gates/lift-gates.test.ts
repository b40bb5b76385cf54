import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ObjectRef } from '#core/api/object.ts';
import type { SecretLease } from '#core/ports/secret-sink.ts';
import { createControllerMemory } from '#roles/controller/controller-memory.ts';
import { runGates } from '#roles/controller/gates/lift-gates.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createMemoryGates, type MemoryGates } from '#test/support/memory/memory-gates.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';
import { createMemoryObjects } from '#test/support/memory/memory-objects.ts';
import { createMemorySink, type MemorySink } from '#test/support/memory/memory-sink.ts';
import { createPortSteps } from '#test/support/memory/port-steps.ts';
import { rigDigest } from '#test/support/controller-rig.ts';

const ref: ObjectRef = { kind: 'EphemeralSecret', namespace: 'shop', name: 'all' };
const pod = {
  namespace: 'shop',
  name: 'web',
  uid: 'pod-1',
  resourceVersion: '1',
  secrets: ['db'],
  otherGates: [],
};

function aSpec(lifetime: string, target: object = { secret: { name: 'db' } }): object {
  return { sourceRef: { name: 'repo' }, path: 'x.yaml', target, lifetime };
}

describe('lifting the gates of pods', () => {
  let clock: FakeClock;
  let gates: MemoryGates;
  let sink: MemorySink;
  let objects: ReturnType<typeof createMemoryObjects>;
  /** What the ports were asked, in order. */
  let steps: string[];
  let ending: AbortController;
  let running: Promise<void>;
  const logger = createMemoryLogger();

  beforeEach(() => {
    clock = createFakeClock();
    gates = createMemoryGates();
    steps = [];
    const counted = { ...createPortSteps(), step: (name: string) => void steps.push(name) };
    objects = createMemoryObjects(counted);
    sink = createMemorySink({ digest: rigDigest, steps: counted });
    ending = new AbortController();
    const parts = { clock, gates, objects, sink, logger, memory: createControllerMemory() };
    objects.put(ref, aSpec('WhileInUse'));
    gates.pods.set(pod.name, pod);
    running = runGates(parts, ending.signal);
  });

  afterEach(async () => {
    ending.abort();
    await clock.advance(1000);
    await running;
    logger.lines.length = 0;
  });

  async function makeSecret(name: string): Promise<void> {
    const uid = objects.peek(ref)?.metadata.uid ?? '';
    const lease: SecretLease = {
      expiresAt: clock.now() + 3_600_000,
      issuedAt: clock.now(),
      verifiedAt: clock.now(),
      revision: 'r',
      owner: { ...ref, uid },
      path: 'x.yaml',
      modifiedAt: 0,
      origin: 'o',
      siblings: 1,
      digests: {},
    };
    const values = new Map();
    const metadata = { labels: {}, annotations: {} };
    await sink.create({ namespace: 'shop', name, type: 'Opaque', ...metadata, values }, lease);
  }

  it('waits for the Secret that is made on demand', async () => {
    await clock.advance(3000);
    expect(gates.lifted).toEqual([]);
    await makeSecret('db');
    await clock.advance(60);
    expect(gates.lifted).toEqual(['web']);
  });

  it('waits for nobody once nothing makes it any more', async () => {
    objects.delete(ref);
    await clock.advance(60);
    expect(gates.lifted).toEqual(['web']);
  });

  it('is content with a Secret that somebody else keeps, after some time', async () => {
    sink.putForeign({ namespace: 'shop', name: 'db' }, { key: 'value' });
    await clock.advance(1000);
    expect(gates.lifted).toEqual([]);
    await clock.advance(5000);
    expect(gates.lifted).toEqual(['web']);
  });

  it('waits while it is not known what the files make', async () => {
    objects.put(ref, aSpec('WhileInUse', { manifests: {} }));
    await clock.advance(1000);
    expect(gates.lifted).toEqual([]);
  });

  it('reads a Secret that many pods wait for once a round', async () => {
    for (let index = 0; index < 100; index += 1) {
      const name = `web-${index}`;
      gates.pods.set(name, { ...pod, name, uid: name });
    }
    await clock.advance(100);
    steps.length = 0;
    await clock.advance(50);
    expect(steps).toEqual(['objects.list', 'objects.get', 'sink.readOwned']);
    await clock.advance(5000);
    expect(steps.filter((name) => name === 'sink.read')).toEqual(['sink.read']);
    expect(gates.lifted).toEqual([]);
    await makeSecret('db');
    await clock.advance(60);
    expect(gates.lifted).toHaveLength(101);
  });

  it('tries again, seldom, what it has no right to', async () => {
    gates.isDenied = true;
    await makeSecret('db');
    await clock.advance(9000);
    expect(gates.tries).toBe(2);
    expect(logger.lines.map(({ message }) => message)).toEqual([
      'the gate of a pod is lifted later',
      'the gate of a pod is lifted later',
    ]);
    gates.isDenied = false;
    await clock.advance(5000);
    expect(gates.lifted).toEqual(['web']);
  });
});
