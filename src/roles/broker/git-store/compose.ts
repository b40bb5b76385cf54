import { join } from 'node:path';
import type { Configuration } from '#platform/config/schema.ts';
import { openSources } from '../../sources/compose.ts';
import { createGitStores, type GitStores, type GitStoresTools } from './create-git-stores.ts';
import { openFileAges } from './file-ages.ts';
import { openRevisionRecords } from './revision-records.ts';

/** Opens what the Stores of the kind git need, in a folder of their own below the state folder. */
export async function openGitStores(
  configuration: Pick<Configuration, 'stateDir' | 'git'>,
  tools: GitStoresTools,
  { maxStaleMs }: { readonly maxStaleMs: number },
): Promise<GitStores> {
  const { clock, logger, digest } = tools;
  const stateDir = join(configuration.stateDir, 'git-stores');
  const { git, decryptors } = await openSources({ ...configuration, stateDir }, { clock });
  function onFault(error: unknown): void {
    logger.warn('what was accepted of a source cannot be read', { error });
  }
  const records = await openRevisionRecords({
    clock,
    folder: join(stateDir, 'revisions'),
    lagMs: maxStaleMs / 24,
    onFault,
  });
  const { limits } = configuration.git;
  const ages = await openFileAges({
    digest,
    folder: join(stateDir, 'ages'),
    mostFiles: limits.files,
    onFault,
  });
  return createGitStores({ ...tools, git, decryptors, records, ages }, { maxStaleMs, limits });
}
