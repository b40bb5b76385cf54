import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '#test/support/arch/source-files.ts';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';

export const certsUser = 'system:serviceaccount:mayfly-system:mayfly-certs';

/** `mayfly certs` as a process of its own. */
export interface CertsProgram {
  readonly child: ChildProcess;
  readonly port: number;
  readLog(): Promise<string>;
  end(signal?: NodeJS.Signals): Promise<void>;
}

export interface CertsPrograms {
  start(name: string, more?: readonly string[]): Promise<CertsProgram>;
  /** Ends them all and removes their folder. */
  remove(): Promise<void>;
}

/** Programs that speak to the cluster as the ServiceAccount of the manifests. */
export async function createCertsPrograms(cluster: Cluster): Promise<CertsPrograms> {
  const folder = await mkdtemp(join(tmpdir(), 'mayfly-certs-'));
  const running: CertsProgram[] = [];
  async function start(name: string, more: readonly string[] = []): Promise<CertsProgram> {
    const [port = 0] = await findFreePorts(1);
    const config = join(folder, `${name}.yaml`);
    const text = [
      `http: { listen: 127.0.0.1:${port} }`,
      'log: { format: json, level: debug }',
      `kube: { kubeconfig: ${await cluster.writeKubeconfig(certsUser)} }`,
      'election: { leaseDuration: 6s, renewDeadline: 4s, retryPeriod: 1s }',
      ...more,
    ];
    await writeFile(config, text.join('\n'));
    const logFile = join(folder, `${name}.log`);
    const log = await open(logFile, 'a');
    const args = [join(root, 'src/main.ts'), 'certs', '--config', config];
    const env = { PATH: process.env['PATH'] };
    const child = spawn(process.execPath, args, { stdio: ['ignore', log.fd, log.fd], env });
    await log.close();
    const program = {
      child,
      port,
      readLog: async () => await readFile(logFile, 'utf8'),
      end: async (signal: NodeJS.Signals = 'SIGTERM') => await end(child, signal),
    };
    running.push(program);
    return program;
  }
  return {
    start,
    remove: async () => {
      await Promise.all(running.map(async (one) => await one.end('SIGKILL')));
      await rm(folder, { recursive: true });
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}
