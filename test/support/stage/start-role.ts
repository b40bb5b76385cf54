import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '#test/support/arch/source-files.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';

/** One of the programs of a cluster, as a process of its own. */
export interface RunningRole {
  readonly child: ChildProcess;
  /** Where it tells of its health. */
  readonly port: number;
  readLog(): Promise<string>;
  /** Resolves to the code it ended with; null after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface RoleOptions {
  /** For its configuration and its log. */
  readonly folder: string;
  /** Of these files; that of the role by default. */
  readonly name?: string;
  readonly kubeconfig: string;
  /** More lines of the configuration. */
  readonly lines?: readonly string[];
  /** What `node` is given before the role; default: the sources. */
  readonly command?: readonly string[];
  /** More variables. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default: debug. */
  readonly logLevel?: string;
}

type Role = 'broker' | 'certs' | 'controller' | 'webhook';

/** Elections that change hands within seconds. */
export const quickElection = 'election: { leaseDuration: 6s, renewDeadline: 4s, retryPeriod: 1s }';

export async function startRole(role: Role, options: RoleOptions): Promise<RunningRole> {
  const { folder, name = role, command = [join(root, 'src/main.ts')] } = options;
  const [port = 0] = await findFreePorts(1);
  const config = join(folder, `${name}.yaml`);
  await writeFile(config, renderConfiguration(port, options));
  const logFile = join(folder, `${name}.log`);
  const log = await open(logFile, 'a');
  const args = [...command, role, '--config', config];
  const env = { PATH: process.env['PATH'], ...options.env };
  const child = spawn(process.execPath, args, { stdio: ['ignore', log.fd, log.fd], env });
  await log.close();
  return {
    child,
    port,
    readLog: async () => await readFile(logFile, 'utf8'),
    end: async (signal) => await endProgram(child, signal),
  };
}

function renderConfiguration(port: number, options: RoleOptions): string {
  return [
    `http: { listen: 127.0.0.1:${port} }`,
    `log: { format: json, level: ${options.logLevel ?? 'debug'} }`,
    `kube: { kubeconfig: ${options.kubeconfig} }`,
    ...(options.lines ?? []),
  ].join('\n');
}

/** Also of one that has ended; resolves to its code, null after a signal. */
export async function endProgram(
  child: ChildProcess,
  signal: NodeJS.Signals,
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
  return child.exitCode;
}
