import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AgentPlan } from '#core/injection/agent-plan.ts';
import {
  createAgentPod,
  type AgentPod,
  type RunningAgent,
} from '#test/support/agent/create-agent-pod.ts';
import type { OpenVault } from '#test/support/vault/open-real-vault.ts';
import { canaryValues, rotatedValue, wideValue } from './canary-values.ts';
import { createLeakSearch } from './find-leaks.ts';
import { listFiles } from './list-files.ts';
import { createStoreFront, type StoreFront } from './store-front.ts';
import { watchPrograms } from './watch-programs.ts';

/** An agent in a pod before a store, and everything that others can see of it. */
export interface AgentBench {
  readonly pod: AgentPod;
  readonly front: StoreFront;
  /** With everything that the log can say. */
  plan(given: Partial<AgentPlan>): AgentPlan;
  start(verb: 'init' | 'sidecar' | 'ready', plan: AgentPlan, within?: Within): RunningAgent;
  /** Runs it to its end, and returns its exit code and the termination message. */
  run(plan: AgentPlan, within?: Within): Promise<readonly [code: number | null, told: string]>;
  /** Remembers what the health and the termination message say at the moment. */
  look(): Promise<void>;
  /** The arguments and the environment of every program that was seen. */
  seePrograms(): string;
  /** `WHERE: VALUE, FORM` of everything that is where it must not be. */
  findLeaks(): Promise<readonly string[]>;
  /** Names of the values that are in the files of the pod, as they are. */
  findWritten(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** What is put in front of the agent. */
type Within = readonly string[];

export async function createAgentBench(vault: OpenVault): Promise<AgentBench> {
  const front = await createStoreFront(vault);
  const pod = await createAgentPod({ ...vault, url: front.url, caPem: front.caPem });
  const root = dirname(pod.filesPath);
  const envPath = join(root, 'variables', 'env');
  const temp = join(root, 'tmp');
  for (const folder of [dirname(envPath), temp]) await mkdir(folder);
  const agents: RunningAgent[] = [];
  const told = new Set<string>();
  const watch = watchPrograms(process.pid, async () => [temp]);

  function start(...[verb, plan, within = []]: Parameters<AgentBench['start']>): RunningAgent {
    const env = { TMPDIR: temp, HOME: temp, PATH: process.env['PATH'] ?? '' };
    const agent = pod.start(verb, plan, { env, within });
    agents.push(agent);
    return agent;
  }

  async function look(): Promise<void> {
    for (const path of [pod.terminationPath, join(pod.filesPath, '..agent')]) {
      told.add(await read(path));
    }
  }

  /** All but the volumes for values, and the token that the kubelet has put there. */
  async function listOthers(): Promise<readonly string[]> {
    const files = await listFiles(root);
    const targets = [`${pod.filesPath}/`, `${dirname(envPath)}/`, join(root, 'token')];
    return files.filter((path) => !targets.some((target) => path.startsWith(target)));
  }

  async function findLeaks(): Promise<readonly string[]> {
    await look();
    const others = await listOthers();
    const places = {
      output: agents.map(({ said }) => said()),
      'termination or health': [...told],
      program: [...watch.seen],
      file: await Promise.all(others.map(async (path) => `${path}\n${await read(path)}`)),
    };
    const search = createSearch(front.tokens);
    return Object.entries(places).flatMap(([where, texts]) =>
      search.find(texts.join('\n')).map((leak) => `${where}: ${leak}`),
    );
  }

  return {
    pod,
    front,
    start,
    look,
    findLeaks,
    seePrograms: () => [...watch.seen].join('\n'),
    plan: (given) => pod.plan({ envPath, logLevel: 'debug', deadlineMs: 1500, ...given }),
    run: async (plan, within) => {
      const code = await start('init', plan, within).exited;
      await look();
      return [code, await read(pod.terminationPath)];
    },
    findWritten: async () => {
      const files = [...(await listFiles(pod.filesPath)), envPath];
      const text = (await Promise.all(files.map(read))).join('\n');
      const values = Object.entries(canaryValues);
      return values.filter(([, value]) => text.includes(value)).map(([name]) => name);
    },
    close: async () => {
      await watch.end();
      for (const agent of agents) await agent.stop();
      await front.close();
      await pod.remove();
    },
  };
}

function createSearch(tokens: ReadonlySet<string>): ReturnType<typeof createLeakSearch> {
  const search = createLeakSearch();
  const values = { ...canaryValues, wide: wideValue, rotated: rotatedValue };
  for (const [name, value] of Object.entries(values)) search.add(name, value);
  const bytes = Buffer.from(canaryValues.binary, 'base64').toString('latin1');
  search.add('binary, decoded', bytes);
  for (const token of tokens) search.add('a token', token);
  return search;
}

/** What is gone by now is nothing. */
async function read(path: string): Promise<string> {
  return await readFile(path, 'latin1').catch(() => '');
}
