import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aPlanFile } from '#test/support/agent/a-plan.ts';
import { createAgentPod, renderPlan, type AgentPod } from '#test/support/agent/create-agent-pod.ts';
import { requirePart } from '#test/support/parts.ts';
import { createTempFolder } from '#test/support/temp-folder.ts';
import { openRealVault, type OpenVault } from '#test/support/vault/open-real-vault.ts';
import { createBundle } from '#tools/bundle/bundle.ts';
import { createProcReader, type ProcReader } from './read-proc.ts';

/** One file, of one value in a KV engine of version 2. */
const secretPath = 'secret/data/team/agent';
const benchFile = aPlanFile({ reference: `vault:${secretPath}#password` });
const template = `{{ with secret "${secretPath}" }}{{ .Data.data.password }}{{ end }}`;

/** A real Vault, and agents at it: ours as it ships, and Vault's own. */
export interface AgentStage {
  readonly vault: OpenVault;
  createPod(): Promise<AgentPod>;
  /** A sidecar that writes one file. */
  startOurs(pod: AgentPod): StartedAgent;
  /** Vault's, with the same file for the same role. */
  startPeer(): Promise<StartedAgent>;
  /** What Vault was asked since the stage was opened. */
  readRequests(): Promise<readonly VaultRequest[]>;
  close(): Promise<void>;
}

export interface StartedAgent {
  readonly proc: ProcReader;
  /** From the start of the program until its file could be read, in ms. */
  readonly writtenAfterMs: Promise<number>;
  stop(): Promise<void>;
}

export interface VaultRequest {
  readonly atMs: number;
  readonly path: string;
}

export async function openAgentStage(say: (progress: string) => void): Promise<AgentStage> {
  say('starting Vault');
  const program = await requirePart('vault');
  const temp = await createTempFolder();
  const ours = await createBundle(join(temp.path, 'program'));
  const vault = await openRealVault(program);
  const auditFile = join(temp.path, 'audit.log');
  await vault.root.call('POST', secretPath, { data: { password: 'of-the-benchmark' } });
  const options = { file_path: auditFile };
  await vault.root.call('PUT', 'sys/audit/file', { type: 'file', options });
  const pods: AgentPod[] = [];
  async function createPod(): Promise<AgentPod> {
    const pod = await createAgentPod(vault);
    pods.push(pod);
    return pod;
  }
  return {
    vault,
    createPod,
    startOurs: (pod) => startOurs(ours, pod),
    startPeer: async () => await startPeer({ program, vault }, temp.path),
    readRequests: async () => readAudit(await readFile(auditFile, 'utf8')),
    async close() {
      await vault.close();
      for (const pod of pods) await pod.remove();
      await temp.remove();
    },
  };
}

/** With the command that the webhook puts into pods by default, and the variables of the image. */
function startOurs(program: string, pod: AgentPod): StartedAgent {
  const flags = [
    '--disable-proto=delete',
    '--disable-sigusr1',
    '--use-openssl-ca',
    '--max-semi-space-size=1',
  ];
  const args = [...flags, program, 'agent', 'sidecar'];
  const env = {
    ...renderPlan(pod.plan({ files: [benchFile] })),
    MAYFLY_TERMINATION_LOG: pod.terminationPath,
    NODE_OPTIONS: '--disable-sigusr1',
  };
  return follow([process.execPath, ...args], env, join(pod.filesPath, benchFile.path));
}

async function startPeer(
  { program, vault }: { readonly program: string; readonly vault: OpenVault },
  folder: string,
): Promise<StartedAgent> {
  const home = join(folder, 'peer');
  const written = join(home, 'files', 'password');
  await mkdir(join(home, 'files'), { recursive: true });
  await writeFile(join(home, 'ca.crt'), vault.caPem);
  await writeFile(join(home, 'token'), vault.tokens.make().expose());
  const jwt = { path: join(home, 'token'), role: 'app', remove_jwt_after_reading: false };
  const configuration = {
    vault: { address: vault.url, ca_cert: join(home, 'ca.crt') },
    auto_auth: { method: [{ type: 'jwt', mount_path: 'auth/jwt', config: jwt }] },
    template: [{ contents: template, destination: written }],
  };
  await writeFile(join(home, 'agent.json'), JSON.stringify(configuration));
  const command = [program, 'agent', `-config=${join(home, 'agent.json')}`];
  return follow(command, { HOME: home }, written);
}

function follow(command: readonly string[], env: NodeJS.ProcessEnv, file: string): StartedAgent {
  const [program = '', ...args] = command;
  const started = performance.now();
  const child = spawn(program, args, { env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  return {
    proc: createProcReader(child.pid ?? 0),
    writtenAfterMs: timeFile(child, file, started),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function timeFile(child: ChildProcess, file: string, started: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    const watcher = watch(join(file, '..'));
    function look(): void {
      if (!existsSync(file)) return;
      watcher.close();
      resolve(performance.now() - started);
    }
    watcher.on('change', look);
    child.once('exit', () => {
      look();
      watcher.close();
      reject(new Error(`an agent ended with ${String(child.exitCode)} and wrote nothing`));
    });
  });
}

/** From Vault's own audit log; of each request the line before it is answered. */
function readAudit(text: string): readonly VaultRequest[] {
  return text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .flatMap((line) => {
      const { type, time, request } = JSON.parse(line) as AuditLine;
      return type === 'request' ? [{ atMs: Date.parse(time), path: request.path }] : [];
    });
}

interface AuditLine {
  readonly type: string;
  readonly time: string;
  readonly request: { readonly path: string };
}
