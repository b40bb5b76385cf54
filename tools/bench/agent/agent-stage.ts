import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentPlan, PlanFile } from '#core/injection/agent-plan.ts';
import { aPlan, aPlanFile, aPlanStore } from '#test/support/agent/a-plan.ts';
import { requirePart } from '#test/support/parts.ts';
import { openRealVault, type OpenVault } from '#test/support/vault/open-real-vault.ts';
import { createBundle } from '#tools/bundle/bundle.ts';

/** A Vault, what ships of the agent, and folders in memory as a pod has them. */
export interface AgentStage {
  readonly vault: OpenVault;
  readonly path: string;
  plan(name: string, given?: Partial<AgentPlan>): Promise<AgentPlan>;
  /** Our agent; its first file is there when it returns. */
  start(verb: 'init' | 'sidecar', plan: AgentPlan): Promise<StartedAgent>;
  /** Vault's, with the same login and the same file. */
  startPeer(name: string): Promise<StartedAgent>;
  close(): Promise<void>;
}

export interface StartedAgent {
  readonly pid: number;
  readonly exited: Promise<number | null>;
  /** From the start of the program to the file. */
  readonly ms: number;
  stop(): Promise<void>;
}

export const benchFile: PlanFile = aPlanFile({
  reference: 'vault:secret/data/team/bench#password',
});
const role = 'app';
const longestMs = 60_000;

export async function openAgentStage(): Promise<AgentStage> {
  const program = await requirePart('vault');
  const [vault, path] = await Promise.all([openRealVault(program), mkdtemp('/dev/shm/mayfly-')]);
  await createBundle(join(path, 'dist'));
  await vault.root.call('POST', 'secret/data/team/bench', { data: { password: 'of the bench' } });
  const tokenPath = join(path, 'token');
  await writeFile(tokenPath, vault.tokens.make().expose());
  await writeFile(join(path, 'ca.pem'), vault.caPem);
  const login = { method: 'jwt', mount: 'jwt', role } as const;
  const store = aPlanStore({ address: vault.url, ca: vault.caPem, tokenPath, login });
  return {
    vault,
    path,
    plan: async (name, given = {}) => {
      const filesPath = join(path, name);
      await rm(filesPath, { recursive: true, force: true });
      await mkdir(filesPath);
      return aPlan({ stores: [store], files: [benchFile], filesPath, logLevel: 'warn', ...given });
    },
    start: async (verb, plan) => {
      const env = { MAYFLY_PLAN_0: JSON.stringify(plan) };
      const flags = [
        '--disable-proto=delete',
        '--disable-sigusr1',
        '--use-openssl-ca',
        '--max-semi-space-size=1',
      ];
      const args = [...flags, join(path, 'dist/agent.mjs'), verb];
      const file = join(plan.filesPath, plan.files[0]?.path ?? '');
      return await startUntil(file, () => spawn(process.execPath, args, { env, stdio: 'ignore' }));
    },
    startPeer: async (name) => {
      const config = join(path, `${name}.json`);
      const file = join(path, name);
      await rm(file, { force: true });
      await writeFile(config, renderPeer(vault, path, file));
      const args = ['agent', `-config=${config}`];
      return await startUntil(file, () =>
        spawn(program, args, { env: { HOME: path }, stdio: 'ignore' }),
      );
    },
    close: async () => {
      await vault.close();
      await rm(path, { recursive: true, force: true });
    },
  };
}

function renderPeer(vault: OpenVault, path: string, destination: string): string {
  const config = { path: join(path, 'token'), role, remove_jwt_after_reading: false };
  const contents = '{{ with secret "secret/data/team/bench" }}{{ .Data.data.password }}{{ end }}';
  return JSON.stringify({
    vault: { address: vault.url, ca_cert: join(path, 'ca.pem') },
    auto_auth: { method: [{ type: 'jwt', mount_path: 'auth/jwt', config }] },
    template: [{ contents, destination }],
  });
}

async function startUntil(file: string, start: () => ChildProcess): Promise<StartedAgent> {
  const begun = performance.now();
  const child = start();
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null));
  while (!existsSync(file)) {
    if (performance.now() - begun > longestMs) throw new Error(`${file} was not written in time`);
    await delay(1);
  }
  const ms = performance.now() - begun;
  return {
    pid: child.pid ?? -1,
    exited,
    ms,
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}
