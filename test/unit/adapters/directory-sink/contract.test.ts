import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeSecretSink } from '#test/contract/secret-sink.ts';
import { readFolder, setUpSink, sinkDigest } from '#test/support/sink/directory-sink-setup.ts';

describeSecretSink('of directories', async () => {
  const setup = await setUpSink();
  const folderOf = (name: string): string => join(setup.directory, name);
  return {
    sink: await setup.open(),
    digest: sinkDigest,
    namespace: 'prod',
    async edit(name, key, text): Promise<void> {
      const path = join(folderOf(name), key);
      if (await isThere(path)) await chmod(path, 0o600);
      await writeFile(path, text);
    },
    removeByHand: async (name) => await rm(folderOf(name), { recursive: true }),
    async putForeign(name): Promise<void> {
      await mkdir(join(folderOf(name), '..data'), { recursive: true });
      await writeFile(join(folderOf(name), '..data', 'key'), 'theirs');
    },
    readText: async (name) =>
      (await isThere(folderOf(name))) ? await readFolder(folderOf(name)) : null,
    close: setup.remove,
  };
});

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
