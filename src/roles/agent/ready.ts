import { createError, isMayflyError } from '#core/errors/mayfly-error.ts';
import type { AgentPlan } from '#core/injection/agent-plan.ts';
import { readFileBounded } from '#platform/files/read-file-bounded.ts';
import { healthPath } from './files/health.ts';

const maxBytes = 64 * 1024;

/**
 * What the sidecar says of itself, as one line for people. It is ready once its first files are written, and stays so
 * through outages of its stores. Throws `MAYFLY_AGENT_NOT_READY` before that.
 */
export async function readReadiness(plan: AgentPlan): Promise<string> {
  try {
    const health = await readFileBounded(healthPath(plan), maxBytes);
    return `ready ${health.toString('utf8')}`;
  } catch (cause) {
    if (isMayflyError(cause) && cause.code !== 'MAYFLY_FILE_MISSING') throw cause;
    throw createError('MAYFLY_AGENT_NOT_READY', {}, { cause });
  }
}
