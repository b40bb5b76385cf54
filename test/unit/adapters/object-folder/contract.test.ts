import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectRef } from '#core/api/object.ts';
import { openObjectFolder } from '#adapters/object-folder/object-folder.ts';
import { describeObjectApi } from '#test/contract/object-api.ts';
import { createFakeClock, settle } from '#test/support/fake-clock.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { until } from '#test/support/until.ts';

describeObjectApi('of a folder', async () => {
  const root = await createTempFolder();
  const folder = join(root.path, 'objects');
  await mkdir(folder);
  const clock = createFakeClock();
  const stop = new AbortController();
  const objects = await openObjectFolder(
    {
      clock,
      random: createFakeRandom(),
      onFault: ({ error }) => {
        throw error;
      },
      onEvent: () => undefined,
    },
    { folder, stateFolder: join(root.path, 'state') },
  );
  const following = objects.follow(stop.signal);
  const specs = new Map<string, object>();
  const fileOf = (ref: ObjectRef): string => join(folder, `${ref.kind}-${ref.name}.yaml`);

  async function look(): Promise<void> {
    await clock.advance(31_000);
  }

  async function write(ref: ObjectRef, annotations: object): Promise<void> {
    const { kind, namespace, name } = ref;
    const before = (await objects.get(ref))?.metadata.resourceVersion;
    const spec = specs.get(fileOf(ref));
    const metadata = { namespace, name, annotations };
    const text = JSON.stringify({ apiVersion: 'mayfly.dev/v1alpha1', kind, metadata, spec });
    await writeFile(fileOf(ref), text);
    await until(async () => (await objects.get(ref))?.metadata.resourceVersion !== before, look);
  }

  return {
    objects,
    async put(ref, spec): Promise<void> {
      specs.set(fileOf(ref), spec);
      await write(ref, {});
    },
    annotate: write,
    async delete(ref): Promise<void> {
      await rm(fileOf(ref));
      await until(async () => (await objects.get(ref)) === null, look);
    },
    settle: async () => await settle(),
    async close(): Promise<void> {
      stop.abort();
      await following;
      await root.remove();
    },
  };
});
