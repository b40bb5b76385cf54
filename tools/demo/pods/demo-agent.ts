import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { planVariable, type AgentPlan } from '#core/injection/agent-plan.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import { renderPlan } from '#test/support/agent/create-agent-pod.ts';
import { readCleanEnvironment } from '../clean-environment.ts';

const agentMain = new URL('../../../src/roles/agent/main.ts', import.meta.url).pathname;

/** A file that the agent wrote, without a look at its content. */
export interface SeenFile {
  readonly name: string;
  readonly mode: string;
  readonly size: number;
  readonly fingerprint: string;
}

export interface DemoAgent {
  /** Whether `agent ready` says so, which is what the start-up probe of the pod asks. */
  isReady(): Promise<boolean>;
  readFiles(): Promise<readonly SeenFile[]>;
  /** What it has said so far. */
  said(): string;
  stop(): Promise<number | null>;
}

interface PodWithPlan {
  readonly spec: {
    readonly initContainers: readonly {
      readonly name: string;
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
    }[];
  };
}

/**
 * The agent of a patched pod, as the kubelet would start it: with the plan from its environment and a token in its
 * place. This is no container, so the folders of the plan are moved below one of the demo's own.
 */
export async function startDemoAgent(
  pod: unknown,
  { root, token }: { readonly root: string; readonly token: SecretBytes },
): Promise<DemoAgent> {
  const { filesPath, ...plan } = movePlan(readPlan(pod as PodWithPlan), root);
  const terminationLog = join(root, 'termination-log');
  await writeFile(terminationLog, '');
  await mkdir(filesPath, { recursive: true });
  if (plan.envPath !== null) await mkdir(join(plan.envPath, '..'), { recursive: true });
  for (const { tokenPath } of plan.stores) {
    await mkdir(join(tokenPath, '..'), { recursive: true });
    await writeFile(tokenPath, token.expose(), { mode: 0o400 });
  }
  token.wipe();
  const env = {
    ...readCleanEnvironment(),
    ...renderPlan({ ...plan, filesPath }),
    MAYFLY_TERMINATION_LOG: terminationLog,
  };
  const child = spawn(process.execPath, [agentMain, 'sidecar'], { env, stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    said: () => said,
    async isReady() {
      const probe = spawn(process.execPath, [agentMain, 'ready'], { env, stdio: 'ignore' });
      return (await new Promise((resolve) => probe.once('exit', resolve))) === 0;
    },
    readFiles: async () => await listFiles(filesPath),
    async stop() {
      child.kill('SIGTERM');
      return await ended;
    },
  };
}

function readPlan({ spec }: PodWithPlan): AgentPlan {
  const agent = spec.initContainers.find(({ name }) => name === 'mayfly-agent');
  const parts = (agent?.env ?? [])
    .filter(({ name }) => name.startsWith(`${planVariable}_`))
    .toSorted((a, b) => Number(a.name.split('_').at(-1)) - Number(b.name.split('_').at(-1)));
  return JSON.parse(parts.map(({ value = '' }) => value).join('')) as AgentPlan;
}

function movePlan(plan: AgentPlan, root: string): AgentPlan {
  return {
    ...plan,
    filesPath: join(root, plan.filesPath),
    envPath: plan.envPath === null ? null : join(root, plan.envPath),
    stores: plan.stores.map((store) => ({ ...store, tokenPath: join(root, store.tokenPath) })),
  };
}

async function listFiles(folder: string): Promise<readonly SeenFile[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).toSorted();
  return await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { mode, size } = await stat(path);
      const fingerprint = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      return { name, mode: `0${(mode & 0o777).toString(8)}`, size, fingerprint };
    }),
  );
}
