import { renderOwnTarget } from '#core/api/kube-resources.ts';
import { describeObjectApi } from '#test/contract/object-api.ts';
import { settle } from '#test/support/fake-clock.ts';
import { createObjectsSetup } from './objects-setup.ts';

describeObjectApi('of an API server in memory', async () => {
  const { objects, kube, put, start, close } = createObjectsSetup();
  await start();
  return {
    objects,
    put,
    async annotate(ref, annotations): Promise<void> {
      kube.edit(renderOwnTarget(ref), { metadata: { annotations } });
      await settle();
    },
    async delete(ref): Promise<void> {
      kube.removeByHand(renderOwnTarget(ref));
      await settle();
    },
    settle: async () => await settle(),
    close,
  };
});
