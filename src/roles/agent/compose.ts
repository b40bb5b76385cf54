import { constants } from 'node:os';
import { getCACertificates } from 'node:tls';
import { createVaultAgentStore } from '#adapters/store/vault/create-vault-agent-store.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { AgentPlan, PlanStore } from '#core/injection/agent-plan.ts';
import type { SecretStore } from '#core/ports/secret-store.ts';
import type { MonotonicClock } from '#core/ports/time.ts';
import { checkStoreAddress, parseStoreAddress } from '#core/store/store-address.ts';
import { createCollector } from '#platform/lifecycle/create-collector.ts';
import { forgoOptimizing } from '#platform/lifecycle/forgo-optimizing.ts';
import { createHost } from '#platform/lifecycle/host.ts';
import { createLineLogger } from '#platform/log/create-line-logger.ts';
import type { LogOutput } from '#platform/log/create-logger.ts';
import { createScrubber } from '#platform/log/scrub/scrubber.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { signalPrograms } from './files/signal-programs.ts';
import { writeTermination } from './files/write-termination.ts';
import type { AgentWorld } from './run-agent.ts';

/** Most agents have their files by then: what Node loads until there is to come from its cache. */
const startMs = 250;

/** The agent's world as this process has it. */
export function createAgentWorld(
  plan: AgentPlan,
  { stderr, terminationPath }: { readonly stderr: LogOutput; readonly terminationPath: string },
): AgentWorld {
  const clock = createSystemClock();
  clock.after(startMs, forgoOptimizing);
  const logger = createLineLogger(
    { output: stderr, scrubber: createScrubber(), clock },
    plan.logLevel,
  );
  return {
    host: createHost(),
    clock,
    random: createSystemRandom(),
    logger,
    createStore: (planned) => createStore(planned, clock),
    writeTermination: (text) => writeTermination(terminationPath, text),
    signal: sendSignal,
    collect: createCollector(),
  };
}

/** An administrator's object has named the address; metadata and link-local ones only when it is one itself. */
function createStore(planned: PlanStore, clock: MonotonicClock): SecretStore {
  const { name: store, address, ca, serverName, storeNamespace, login, pathPrefix } = planned;
  const host = parseStoreAddress(address);
  if (host === null) throw createError('MAYFLY_AGENT_PLAN', { field: `the address of ${store}` });
  const dial = { store, host, entries: [host] };
  return createVaultAgentStore({
    store,
    clock,
    provider: { address, ca: ca ?? readAuthorities(), serverName, storeNamespace, login },
    ...(pathPrefix !== null && { pathPrefix }),
    checkAddress: (ip) => checkStoreAddress(dial, ip),
  });
}

/**
 * What Node trusts by itself. Asked for by name, because the agent is started with `--use-openssl-ca`: without it Node
 * reads these 150 certificates at each start and keeps them, although nearly every Store names its own.
 */
function readAuthorities(): string {
  return [...getCACertificates('bundled'), ...getCACertificates('extra')].join('\n');
}

function sendSignal(name: string): number {
  const number = new Map<string, number>(Object.entries(constants.signals)).get(name);
  if (number === undefined)
    throw createError('MAYFLY_AGENT_PLAN', { field: 'plan.onChange.signal' });
  const places = { procPath: '/proc', ownPid: process.pid, ownUid: process.getuid?.() ?? -1 };
  return signalPrograms({ ...places, kill: (pid) => void process.kill(pid, number) }, name);
}
