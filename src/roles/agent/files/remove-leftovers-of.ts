import { dirname } from 'node:path';
import type { AgentPlan } from '#core/injection/agent-plan.ts';
import { removeLeftovers } from '#platform/files/write-file-atomically.ts';
import { removeOldVersions } from '#platform/secret-folder/swap-files.ts';

/**
 * Removes what an agent before this one left in the volumes of the pod, such as when it was killed while it wrote:
 * values in files that nobody looks for, and that take room. What is in use stays. Throws `MAYFLY_FILE_WRITE_FAILED`.
 */
export async function removeLeftoversOf({ files, filesPath, envPath }: AgentPlan): Promise<void> {
  if (files.length > 0) removeOldVersions(filesPath);
  if (envPath !== null) await removeLeftovers(dirname(envPath));
}
