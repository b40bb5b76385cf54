import { describeSecretSink } from '#test/contract/secret-sink.ts';
import {
  encode,
  kubeDigest,
  setUpMemoryKubeSink,
  textOf,
} from '#test/support/sink/kube-sink-setup.ts';

describeSecretSink('of a cluster', async () => {
  const setup = await setUpMemoryKubeSink();
  const { sink, hands, untilSeen, close } = setup;
  const refOf = (name: string): { namespace: string; name: string } => ({
    namespace: 'prod',
    name,
  });
  return {
    sink,
    digest: kubeDigest,
    namespace: 'prod',
    async edit(name, key, text): Promise<void> {
      await hands.edit(refOf(name), { data: { [key]: encode(text) } });
      await untilSeen(refOf(name));
    },
    async removeByHand(name): Promise<void> {
      await hands.remove(refOf(name));
      await untilSeen(refOf(name));
    },
    async putForeign(name): Promise<void> {
      await hands.create(refOf(name), { data: { key: encode('theirs') } });
    },
    readText: async (name) => textOf(await hands.peek(refOf(name))),
    close,
  };
});
