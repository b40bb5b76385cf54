import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  planPartLength,
  planVariable,
  type AgentPlan,
  type PlanStore,
} from '#core/injection/agent-plan.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { FurnishedVault } from '../vault/vault-under-test.ts';
import { createTempFolder } from '../temp-folder.ts';
import { aPlan, aPlanStore } from './a-plan.ts';

const main = fileURLToPath(new URL('../../../src/roles/agent/main.ts', import.meta.url));

/** The folders of a pod, with a token that the kubelet would have written. */
export interface AgentPod {
  readonly filesPath: string;
  readonly envPath: string;
  readonly terminationPath: string;
  writeToken(token: SecretBytes): Promise<void>;
  /** A plan for the role `app` of this Vault. */
  plan(given?: Partial<AgentPlan>, store?: Partial<PlanStore>): AgentPlan;
  read(name: string): string;
  start(verb: 'init' | 'sidecar' | 'ready', plan: AgentPlan, options?: StartOptions): RunningAgent;
  remove(): Promise<void>;
}

interface StartOptions {
  /** More variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is put in front of the program and its arguments. */
  readonly within?: readonly string[];
}

export interface RunningAgent {
  readonly pid: number;
  readonly exited: Promise<number | null>;
  /** Everything it has said so far, on both streams. */
  said(): string;
  /** Its arguments and its environment, as the kernel has them. */
  shown(): string;
  stop(): Promise<number | null>;
}

export async function createAgentPod(vault: FurnishedVault): Promise<AgentPod> {
  const folder = await createTempFolder();
  const [filesPath, tokenPath] = [join(folder.path, 'files'), join(folder.path, 'token')];
  const [envPath, terminationPath] = [join(folder.path, 'env'), join(folder.path, 'termination')];
  await mkdir(filesPath);
  await writeFile(terminationPath, 'of a container before this one, and longer than what comes');
  const stores = (store: Partial<PlanStore>): PlanStore[] => [
    aPlanStore({
      address: vault.url,
      ca: vault.caPem,
      login: { method: 'jwt', mount: 'jwt', role: 'app' },
      tokenPath,
      ...store,
    }),
  ];

  async function writeToken(token: SecretBytes): Promise<void> {
    await writeFile(`${tokenPath}-new`, token.expose());
    await rename(`${tokenPath}-new`, tokenPath);
    token.wipe();
  }

  await writeToken(vault.tokens.make());
  return {
    filesPath,
    envPath,
    terminationPath,
    writeToken,
    plan: (given = {}, store = {}) => aPlan({ stores: stores(store), filesPath, ...given }),
    read: (name) => readFileSync(join(filesPath, name), 'utf8'),
    start: (verb, plan, { env = {}, within = [] } = {}) => {
      const own = { ...renderPlan(plan), MAYFLY_TERMINATION_LOG: terminationPath };
      const program = [...within, process.execPath, main, verb];
      return startProcess(program, { ...own, ...env }, folder.path);
    },
    remove: folder.remove,
  };
}

/** As the webhook writes it into the pod. */
export function renderPlan(plan: AgentPlan): Readonly<Record<string, string>> {
  const text = JSON.stringify(plan);
  const count = Math.ceil(text.length / planPartLength);
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${planVariable}_${index}`,
      text.slice(index * planPartLength, (index + 1) * planPartLength),
    ]),
  );
}

function startProcess(
  [file = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): RunningAgent {
  const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  const pid = child.pid ?? -1;
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    pid,
    exited,
    said: () => said,
    shown: () =>
      ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'latin1')).join(),
    stop: async () => {
      child.kill('SIGTERM');
      return await exited;
    },
  };
}
