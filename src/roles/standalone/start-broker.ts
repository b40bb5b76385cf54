import type { BrokerWorld } from '#roles/broker/broker-world.ts';
import type { Serving } from '#roles/broker/serve-broker.ts';
import type { Configuration } from '#platform/config/schema.ts';
import { createBrokerMetrics } from '#platform/metrics/create-broker-metrics.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { shareKeys } from '../sources/share-keys.ts';
import type { StandaloneAdapters } from './compose.ts';
import type { StandaloneParts } from './standalone-parts.ts';

/** What is ready without a broker that answers, and with one when that is: until then it is not. */
export function expectBroker({ broker }: Configuration): Serving {
  return { server: null, isReady: () => broker.listen === undefined };
}

/** Serves the same broker as in a cluster where the configuration says so; only who serves it loads it. */
export async function startBroker(
  configuration: Configuration,
  { objects, parts: { keys } }: StandaloneAdapters,
  standalone: StandaloneParts & { readonly serving: Serving },
): Promise<void> {
  if (configuration.broker.listen === undefined) return;
  const { openBroker } = await import('#roles/broker/compose.ts');
  const { serveBroker } = await import('#roles/broker/serve-broker.ts');
  const { lifecycle, version, serving } = standalone;
  const clock = createSystemClock();
  const world: BrokerWorld = {
    objects,
    keys: shareKeys(keys, clock),
    checkFresh: () => undefined,
    cluster: null,
  };
  const tools = {
    ...standalone,
    clock,
    random: createSystemRandom(),
    metrics: createBrokerMetrics(version, ['git-store']),
  };
  const broker = await openBroker(configuration, world, tools);
  serving.isReady = () =>
    !lifecycle.stopping.aborted && serving.server !== null && broker.isReady();
  await serveBroker(configuration, broker, tools);
}
