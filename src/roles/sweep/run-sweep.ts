import { createError } from '#core/errors/mayfly-error.ts';
import type { Configuration } from '#platform/config/schema.ts';
import type { RoleTools } from '#platform/lifecycle/run-role.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { wait } from '#platform/time/wait.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';
import { openCluster } from '../cluster/compose.ts';
import { sweepOnce, type SweepParts, type SweepPlaces } from './sweep-once.ts';

/** Below the minute after which the next one of a CronJob begins. */
const passMs = 50_000;

/** Sweeps once and ends with what came of it, or again and again until it is stopped. */
export async function runSweep(
  configuration: Configuration,
  tools: RoleTools & { readonly version: string },
  everyMs: number | null,
): Promise<void> {
  const { lifecycle, clock, logger, version } = tools;
  const { kube, election } = configuration;
  const metrics = { observeKubeCall: () => undefined };
  const random = createSystemRandom();
  const cluster = await openCluster(configuration, { clock, random, metrics, version });
  const api = cluster.makeApi(() => true);
  const parts = { api, serverTime: cluster.serverTime, clock, logger };
  const places = { election, namespaces: kube.namespaces };
  if (everyMs !== null) return await sweepOften(parts, places, { lifecycle, everyMs });
  await sweepInTime(parts, places, lifecycle.stopping);
  await lifecycle.shutDown();
}

/** A failure is told, and the next sweep looks again. */
async function sweepOften(
  parts: SweepParts,
  places: SweepPlaces,
  { lifecycle, everyMs }: Pick<RoleTools, 'lifecycle'> & { readonly everyMs: number },
): Promise<void> {
  const { stopping } = lifecycle;
  while (!stopping.aborted) {
    try {
      await sweepInTime(parts, places, stopping);
      await wait(parts.clock, everyMs, stopping);
    } catch (error) {
      if (stopping.aborted) return;
      parts.logger.warn('overdue secrets could not be deleted', { error });
      await wait(parts.clock, everyMs, stopping).catch(() => undefined);
    }
  }
}

async function sweepInTime(
  parts: SweepParts,
  places: SweepPlaces,
  signal: AbortSignal,
): Promise<void> {
  const params = { controller: 'sweep', seconds: passMs / 1000 };
  function reason(): Error {
    return createError('MAYFLY_RECONCILE_TIMEOUT', params);
  }
  await withDeadline({ clock: parts.clock, ms: passMs, signal, reason }, async (ending) => {
    await sweepOnce(parts, places, ending);
  });
}
