import { readPodWorld, renderContext } from '#core/injection/pod-world.ts';
import type { InjectionSettings } from '#core/injection/settings.ts';
import { readYamlFolder } from '#platform/folders/read-yaml-folder.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import type { ClusterView } from './admission-view.ts';

/**
 * What the manifests of a folder say, read once: to try the webhook without a cluster. Every namespace is there. No
 * pod waits for Secrets made on demand, as nobody would let it go on. Throws what is wrong with the first bad file.
 */
export async function readFolderView(
  folder: string,
  settings: () => InjectionSettings,
): Promise<ClusterView> {
  const world = readPodWorld(await readYamlFolder(folder));
  return {
    isSynced: () => true,
    contextOf: (namespace) => renderContext(world, namespace, settings()),
    suppliesOf: () => [],
    run: untilAborted,
    untilSynced: async () => undefined,
  };
}
