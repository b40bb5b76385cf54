import { listWork } from '#core/agent/list-work.ts';
import { renderTermination } from '#core/agent/render-termination.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { restartExit, type AgentPlan, type PlanStore } from '#core/injection/agent-plan.ts';
import type { SecretStore } from '#core/ports/secret-store.ts';
import type { MonotonicClock, Random } from '#core/ports/time.ts';
import { createLifecycle, type Lifecycle } from '#platform/lifecycle/create-lifecycle.ts';
import type { Host } from '#platform/lifecycle/host.ts';
import type { Logger } from '#platform/log/logger.ts';
import { withDeadline } from '#platform/time/with-deadline.ts';
import type { AgentParts } from './agent-parts.ts';
import { fetchFirst } from './fetch/fetch-first.ts';
import { keepFresh } from './fetch/keep-fresh.ts';
import { createStoreKeeper } from './fetch/store-keeper.ts';
import { removeHealth } from './files/health.ts';
import { createPublisher } from './files/publish.ts';
import { removeLeftoversOf } from './files/remove-leftovers-of.ts';

/** What the agent has around it. */
export interface AgentWorld {
  readonly host: Host;
  readonly clock: MonotonicClock;
  readonly random: Random;
  readonly logger: Logger;
  createStore(planned: PlanStore): SecretStore;
  /** Puts a text where the kubelet looks for why a container ended. */
  writeTermination(text: string): void;
  signal(name: string): number;
  /** Gives memory back that is not needed any more. */
  collect(): void;
}

/** To give logins back. Pods get 30 s to end, and some of it is gone by then. */
const revokeMs = 4000;
const endMs = 5000;

/**
 * The agent of one pod: reads what the plan says and writes it. `init` then ends; `sidecar` keeps it up to date until
 * it is stopped. What cannot be done ends it with the exit code of the failure and a termination message.
 */
export async function runAgent(
  verb: 'init' | 'sidecar',
  plan: AgentPlan,
  world: AgentWorld,
): Promise<void> {
  const { host, logger, clock } = world;
  const lifecycle = createLifecycle({ host, logger, clock }, { deadlineMs: endMs });
  try {
    const parts = createParts(plan, world, () => void lifecycle.shutDown(restartExit));
    await removeLeftoversOf(plan);
    if (verb === 'init') await runInit(parts, lifecycle);
    else await runSidecar(parts, lifecycle);
  } catch (error) {
    if (lifecycle.stopping.aborted) return;
    tellTermination(world, renderTermination(error, plan));
    await lifecycle.fail(error);
  }
}

function createParts(plan: AgentPlan, world: AgentWorld, restart: () => void): AgentParts {
  const { clock, random, logger } = world;
  const work = listWork(plan);
  const keepers = plan.stores.flatMap((planned) => {
    const reads = work.reads.filter(({ store }) => store === planned.name);
    if (reads.length === 0) return [];
    const login = { planned, store: world.createStore(planned), clock, random, logger };
    return [createStoreKeeper({ ...login, reads, refreshMs: plan.refreshMs })];
  });
  const publisher = createPublisher(plan, work);
  function signal(name: string): number {
    return world.signal(name);
  }
  function collect(): void {
    world.collect();
  }
  return { plan, keepers, publisher, clock, random, logger, signal, restart, collect };
}

/** Leases that it opened end with their login, so that one is given back only where there are none. */
async function runInit(parts: AgentParts, lifecycle: Lifecycle): Promise<void> {
  const { keepers, logger } = parts;
  const giveBack = { leased: true };
  lifecycle.started('logins', async () => {
    const done = keepers.filter((keeper) => giveBack.leased || !keeper.hasLeases());
    await endKeepers({ ...parts, keepers: done });
  });
  await fetchFirst(parts, lifecycle.stopping);
  await removeLeftoversOf(parts.plan);
  giveBack.leased = false;
  for (const { store } of keepers.filter((keeper) => keeper.hasLeases())) {
    logger.warn('leases end when they end: only a sidecar renews them', { store });
  }
  logger.info('values written');
  await lifecycle.shutDown();
}

async function runSidecar(parts: AgentParts, lifecycle: Lifecycle): Promise<void> {
  removeHealth(parts.plan);
  lifecycle.started('logins', async () => await endKeepers(parts));
  await fetchFirst(parts, lifecycle.stopping);
  parts.logger.info('values written');
  await keepFresh(parts, lifecycle.stopping);
}

async function endKeepers({ keepers, clock, logger }: AgentParts): Promise<void> {
  await Promise.all(
    keepers.map(async (keeper) => {
      const { store } = keeper;
      keeper.wipe();
      const params = { store, reason: `nothing came within ${revokeMs / 1000} s` };
      const { signal } = new AbortController();
      const reason = createError('MAYFLY_STORE_UNAVAILABLE', params);
      try {
        await withDeadline(
          { clock, ms: revokeMs, signal, reason: () => reason },
          async (ending) => {
            await keeper.revoke(ending);
          },
        );
      } catch (error) {
        logger.warn('the login could not be given back: it ends by itself', { store, error });
      }
    }),
  );
}

/** Where there is no such file, the log says it. */
function tellTermination(world: AgentWorld, text: string): void {
  try {
    world.writeTermination(text);
  } catch (error) {
    world.logger.warn('the termination message could not be written', { error });
  }
}
