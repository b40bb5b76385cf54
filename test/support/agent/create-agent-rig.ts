import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { AgentPlan, PlanStore } from '#core/injection/agent-plan.ts';
import type { Host } from '#platform/lifecycle/host.ts';
import { runAgent } from '#roles/agent/run-agent.ts';
import { createFakeClock, settle, type FakeClock } from '../fake-clock.ts';
import { createFakeRandom } from '../fake-random.ts';
import { createMemoryLogger } from '../memory/memory-logger.ts';
import { createMemoryStore, type MemoryStore } from '#test/support/stores/memory-store.ts';
import { createTempFolder } from '../temp-folder.ts';
import { until } from '../until.ts';
import { aPlan, aPlanStore } from './a-plan.ts';

/** An agent in memory, but for its files. */
export interface AgentRig {
  readonly clock: FakeClock;
  readonly logger: ReturnType<typeof createMemoryLogger>;
  /** The store `vault` of the plan. */
  readonly store: MemoryStore;
  readonly tokenPath: string;
  readonly envPath: string;
  /** Exit codes, in order. */
  readonly exits: readonly number[];
  readonly terminations: readonly string[];
  readonly signals: readonly string[];
  /** How often memory was given back. */
  collections(): number;
  /** Stores by the name in the plan; `vault` unless a plan says otherwise. */
  storeOf(name: string): MemoryStore;
  plan(given?: Partial<AgentPlan>): AgentPlan;
  start(verb: 'init' | 'sidecar', plan: AgentPlan): Promise<void>;
  /** As the kubelet asks it to end. */
  stop(): Promise<void>;
  path(name: string): string;
  read(name: string): string;
  mode(name: string): number;
  codes(): readonly string[];
  close(): Promise<void>;
}

export async function createAgentRig(): Promise<AgentRig> {
  const folder = await createTempFolder();
  const filesPath = join(folder.path, 'files');
  const tokenPath = join(folder.path, 'token');
  const envPath = join(folder.path, 'env');
  await mkdir(filesPath);
  writeFileSync(tokenPath, 'token-1');
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  const stores = new Map<string, MemoryStore>();
  const [exits, terminations, signals]: [number[], string[], string[]] = [[], [], []];
  let collections = 0;
  const stops: ((signal: NodeJS.Signals) => void)[] = [];
  const host: Host = {
    onStopSignal: (callback) => void stops.push(callback),
    onUncaught: () => undefined,
    keepAlive: () => undefined,
    exit: (code) => void exits.push(code),
  };

  function storeOf(name: string): MemoryStore {
    const store = stores.get(name) ?? createMemoryStore({ clock, name });
    stores.set(name, store);
    return store;
  }

  const world = {
    host,
    clock,
    logger,
    random: createFakeRandom(),
    createStore: ({ name }: PlanStore) => storeOf(name),
    writeTermination: (text: string) => void terminations.push(text),
    signal: (name: string) => signals.push(name),
    collect: () => void (collections += 1),
  };
  return {
    clock,
    logger,
    tokenPath,
    envPath,
    exits,
    terminations,
    signals,
    storeOf,
    store: storeOf('vault'),
    collections: () => collections,
    plan: (given = {}) => aPlan({ stores: [aPlanStore({ tokenPath })], filesPath, ...given }),
    start: async (verb, plan) => {
      const before = exits.length + logger.lines.length;
      void runAgent(verb, plan, world);
      const isTold = (): boolean => logger.lines.some(({ message }) => message !== 'logged in');
      await until(
        () => exits.length + logger.lines.length > before && (exits.length > 0 || isTold()),
      );
    },
    stop: async () => {
      const before = exits.length;
      for (const stop of stops) stop('SIGTERM');
      await until(() => exits.length > before);
    },
    path: (name) => join(filesPath, name),
    read: (name) => readFileSync(join(filesPath, name), 'utf8'),
    mode: (name) => statSync(join(filesPath, name)).mode & 0o777,
    codes: () =>
      logger.lines.flatMap(({ fields }) =>
        isMayflyError(fields.error) ? [fields.error.code] : [],
      ),
    close: async () => {
      for (const stop of stops) stop('SIGTERM');
      await settle(20);
      await folder.remove();
    },
  };
}
