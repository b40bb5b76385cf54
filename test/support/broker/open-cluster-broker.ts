import { openBroker } from '#roles/broker/compose.ts';
import { openClusterWorld } from '#roles/broker/cluster/compose.ts';
import type { MonotonicClock } from '#core/ports/time.ts';
import { parseConfiguration } from '#platform/config/parse-configuration.ts';
import type { Configuration } from '#platform/config/schema.ts';
import type { Stop } from '#platform/lifecycle/create-lifecycle.ts';
import { createBrokerMetrics } from '#platform/metrics/create-broker-metrics.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { brokerAudience } from '#test/support/issuer/real-claims.ts';
import { createMemoryLogger } from '#test/support/memory/memory-logger.ts';
import { createMemoryStore } from '#test/support/stores/memory-store.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { asJson, grantedValue, type BrokerAnswer } from './open-broker-on-http.ts';
import { createTestServer, generous, openTestReader } from './test-server.ts';

/** The broker of a cluster in this process, at a time that can be set ahead. */
export interface ClusterBroker {
  exchange(token: string, change?: object): Promise<BrokerAnswer>;
  /** Sets the clock ahead. What waits goes on waiting. */
  shift(ms: number): void;
  close(): Promise<void>;
}

const signal = new AbortController().signal;

/**
 * As `mayfly broker` composes it, with the rights of the kubeconfig; but every store is in memory, with the password of
 * {@link grantedValue}.
 */
export async function openClusterBroker(kubeconfig: string): Promise<ClusterBroker> {
  const folder = await createTempFolder();
  const configuration = configure(folder.path, kubeconfig);
  const clock = createShiftedClock();
  const stops: Stop[] = [];
  const ending = new AbortController();
  const logger = createMemoryLogger();
  const tools = {
    clock,
    logger,
    random: createSystemRandom(),
    metrics: createBrokerMetrics('test', ['git-store']),
    version: 'test',
    lifecycle: {
      stopping: ending.signal,
      started: (_: string, stop: Stop) => void stops.push(stop),
      shutDown: async () => undefined,
      fail: async () => undefined,
    },
  };
  const opened = await openClusterWorld(configuration, tools, ending.signal);
  const running = opened.run(ending.signal);
  await opened.untilSynced(AbortSignal.timeout(20_000));
  const { parts } = await openBroker(configuration, opened.world, tools);
  const store = createMemoryStore({ clock, name: 'vault' });
  store.put('app/db', { password: grantedValue });
  const stores = openTestReader(store, clock);
  const server = createTestServer({ ...parts, stores }, { logger, ending: signal });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    shift: clock.shift,
    async exchange(token, change = {}) {
      const secrets = { PASSWORD: 'cluster/vault:app/db#password' };
      const body = asJson({ token, policy: 'shop/release', secrets, ...change });
      const answer = await fetch(`${url}/v1/exchange`, body);
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    },
    async close() {
      await server.close();
      for (const stop of stops.toReversed()) await stop(AbortSignal.timeout(5000));
      ending.abort();
      await running;
      await folder.remove();
    },
  };
}

function configure(folder: string, kubeconfig: string): Configuration {
  const text = `stateDir: ${folder}
kube: { kubeconfig: ${kubeconfig} }
broker:
  url: '${brokerAudience}'
  replay: { kind: memory }
  limits: ${JSON.stringify({ subject: generous, tenant: generous, issuer: generous })}
`;
  const file = { name: 'test.yaml', bytes: Buffer.from(text) };
  const parsed = parseConfiguration({ file, environment: {}, flags: [] });
  if (parsed.kind === 'invalid') throw new Error(parsed.errors.map(String).join('; '));
  return parsed.value;
}

function createShiftedClock(): MonotonicClock & { shift(ms: number): void } {
  const clock = createSystemClock();
  let ahead = 0;
  return {
    now: () => clock.now() + ahead,
    ticks: () => clock.ticks() + ahead,
    after: (delayMs, callback) => clock.after(delayMs, callback),
    shift: (ms) => {
      ahead += ms;
    },
  };
}
