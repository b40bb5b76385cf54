import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cluster } from '#test/support/cluster/create-cluster.ts';
import {
  createClusterFaultProxy,
  type ClusterFaultProxy,
} from '#test/support/cluster/fault-proxy.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';

/** The user that the manifests give the rights of the controller, and no other. */
export const controllerUser = 'system:serviceaccount:mayfly-system:mayfly-controller';

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const clockScript = new URL('set-clock.ts', import.meta.url).href;
/** What is compiled once serves every later start. */
const compiled = { NODE_COMPILE_CACHE: join(tmpdir(), 'mayfly-test-compiled') };
/** As a kubelet does the first time. */
const restartAfterMs = 1000;

export type Settings = Readonly<Record<string, unknown>>;

export interface ReplicaOptions {
  readonly cluster: Cluster;
  readonly root: string;
  readonly name: string;
  readonly settings: Settings;
  /** Those it works in. Default: all. */
  readonly namespaces?: readonly string[];
}

/** How a program ended: its code, or the signal that ended it. */
export type ProgramEnd = number | NodeJS.Signals;

/** One of the processes `mayfly controller`, behind a fault proxy of its own, started again as a kubelet does. */
export interface Replica {
  readonly name: string;
  readonly proxy: ClusterFaultProxy;
  readonly pid: number;
  readonly isRunning: boolean;
  /** How it ended whenever nobody had asked for it. */
  readonly crashes: readonly ProgramEnd[];
  start(): Promise<void>;
  /** Sends a signal; an end by it is not followed by another start. */
  end(signal: NodeJS.Signals): Promise<ProgramEnd>;
  /** Stops it where it is, or has it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** How far its wall clock goes ahead of the real one, from now on. */
  setClock(aheadMs: number): void;
  /** The status of an answer over http; 0 when there is none. */
  ask(path: '/readyz' | '/healthz'): Promise<number>;
  readMetrics(): Promise<string>;
  readLog(): Promise<string>;
  close(): Promise<void>;
}

export async function createReplica(options: ReplicaOptions): Promise<Replica> {
  const { cluster, root, name, namespaces = [] } = options;
  const proxy = await createClusterFaultProxy(cluster, name);
  const [port = 0] = await findFreePorts(1);
  const config = join(root, `${name}.json`);
  const kubeconfig = await cluster.writeKubeconfig(controllerUser, proxy.url);
  const settings = {
    stateDir: join(root, name),
    http: { listen: `127.0.0.1:${port}` },
    log: { format: 'json', level: 'debug' },
    ...options.settings,
    kube: { kubeconfig, namespaces },
  };
  await writeFile(config, JSON.stringify(settings));
  return new ControllerReplica({ ...options, proxy, port, config });
}

interface ReplicaParts extends ReplicaOptions {
  readonly proxy: ClusterFaultProxy;
  readonly port: number;
  readonly config: string;
}

class ControllerReplica implements Replica {
  readonly crashes: ProgramEnd[] = [];
  readonly #parts: ReplicaParts;
  readonly #log: string;
  #child: ChildProcess | null = null;
  #ended: Promise<ProgramEnd> = Promise.resolve(0);
  #isWanted = false;
  #aheadMs = 0;

  constructor(parts: ReplicaParts) {
    this.#parts = parts;
    this.#log = join(parts.root, `${parts.name}.log`);
  }

  get name(): string {
    return this.#parts.name;
  }

  get proxy(): ClusterFaultProxy {
    return this.#parts.proxy;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child !== null;
  }

  async start(): Promise<void> {
    this.#isWanted = true;
    const log = await open(this.#log, 'a');
    const args = ['--import', clockScript, main, 'controller', '--config', this.#parts.config];
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env['PATH'], CLOCK_AHEAD_MS: String(this.#aheadMs), ...compiled },
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    });
    await log.close();
    this.#child = child;
    this.#ended = this.#watchOver(child);
  }

  async #watchOver(child: ChildProcess): Promise<ProgramEnd> {
    const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    const [code, signal] = await exit;
    const end = signal ?? code ?? 0;
    this.#child = null;
    if (this.#isWanted) {
      this.crashes.push(end);
      setTimeout(() => {
        if (this.#isWanted) void this.start();
      }, restartAfterMs).unref();
    }
    return end;
  }

  async end(signal: NodeJS.Signals): Promise<ProgramEnd> {
    this.#isWanted = false;
    this.#child?.kill(signal);
    return await this.#ended;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  setClock(aheadMs: number): void {
    this.#aheadMs = aheadMs;
    this.#child?.send(aheadMs);
  }

  async ask(path: string): Promise<number> {
    return (await this.#fetch(path))?.status ?? 0;
  }

  async readMetrics(): Promise<string> {
    return (await (await this.#fetch('/metrics'))?.text()) ?? '';
  }

  async #fetch(path: string): Promise<Response | null> {
    const url = `http://127.0.0.1:${this.#parts.port}${path}`;
    return await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => null);
  }

  async readLog(): Promise<string> {
    return await readFile(this.#log, 'utf8').catch(() => '');
  }

  async close(): Promise<void> {
    if (this.isRunning) await this.end('SIGKILL');
    this.#isWanted = false;
    await this.proxy.close();
  }
}
