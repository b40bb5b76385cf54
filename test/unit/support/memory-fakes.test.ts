import { createNodeDigest } from '#platform/crypto/node-digest.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { describeObjectApi } from '#test/contract/object-api.ts';
import { describeSecretSink } from '#test/contract/secret-sink.ts';
import { createMemoryObjects } from '#test/support/memory/memory-objects.ts';
import { createMemorySink } from '#test/support/memory/memory-sink.ts';
import { settle } from '#test/support/fake-clock.ts';

describeSecretSink('in memory', async () => {
  const digest = createNodeDigest(SecretBytes.take(new Uint8Array(32)), 'test');
  const sink = createMemorySink({ digest });
  const namespace = 'prod';
  return {
    sink,
    digest,
    namespace,
    edit: async (name, key, text) => sink.edit({ namespace, name }, key, text),
    removeByHand: async (name) => sink.removeByHand({ namespace, name }),
    putForeign: async (name) => sink.putForeign({ namespace, name }, { key: 'foreign' }),
    readText: async (name) => sink.textOf({ namespace, name }),
    close: async () => undefined,
  };
});

describeObjectApi('in memory', async () => {
  const objects = createMemoryObjects();
  return {
    objects,
    put: async (ref, spec) => objects.put(ref, spec),
    annotate: async (ref, annotations) => objects.annotate(ref, annotations),
    delete: async (ref) => objects.delete(ref),
    settle: () => settle(),
    close: async () => undefined,
  };
});
