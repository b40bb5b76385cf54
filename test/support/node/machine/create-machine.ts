/**
 * A machine within the machine: namespaces of their own for mounts, network and processes, joined to the real one by
 * one pair of virtual network cards. Needs root. Nothing of it is left when its first program ends, however that
 * happens: programs, mounts, networks and packet filters go with the namespaces.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ClusterNetwork } from '#test/support/cluster/create-cluster.ts';
import {
  createSupervisor,
  type Supervisor,
} from '#test/support/cluster/servers/create-supervisor.ts';
import { listControlGroupRoots } from '#test/support/cluster/servers/remove-control-groups.ts';
import { joinNetworks, type MachineNetwork } from './join-networks.ts';

const run = promisify(execFile);
const readyWithinMs = 10_000;

export interface MachineServer {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Default: those of this process that are harmless. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Machine extends MachineNetwork {
  /** Everything that is written; logs are `NAME.log` in it. */
  readonly folder: string;
  /** The name of its control groups. */
  readonly controlGroup: string;
  /** Starts a program in it that keeps running. */
  start(server: MachineServer): void;
  isRunning(name: string): boolean;
  /** Runs a program in it to its end and returns what it printed; throws with its errors when it fails. */
  run(file: string, args: readonly string[], timeoutMs?: number): Promise<string>;
  /** For programs that are only to be in its network. */
  readonly network: ClusterNetwork;
  stop(): Promise<void>;
}

/** Throws when it cannot: see `whyNoMachine`. */
export async function createMachine(): Promise<Machine> {
  const folder = await mkdtemp(join(tmpdir(), 'mayfly-node-'));
  const controlGroup = basename(folder);
  const supervisor = createSupervisor(folder, [controlGroup]);
  try {
    for (const root of await listControlGroupRoots()) await mkdir(join(root, controlGroup));
    const pid = await startNamespaces(supervisor, folder);
    const network = await joinNetworks(pid, controlGroup);
    return composeMachine({ supervisor, folder, controlGroup, pid }, network);
  } catch (error) {
    await supervisor.close();
    throw error;
  }
}

/** Returns the id of the first program in the new namespaces. It dies with the supervisor. */
async function startNamespaces(supervisor: Supervisor, folder: string): Promise<number> {
  const namespaces = '--mount --net --pid --fork --kill-child=KILL --mount-proc';
  const script = join(import.meta.dirname, 'start-machine.sh');
  const begin = `echo $$ > "$0/pid"; exec unshare ${namespaces} sh "$1" "$0"`;
  const log = join(folder, 'machine.log');
  const args = ['--pdeathsig', 'KILL', 'sh', '-c', begin, folder, script];
  supervisor.start({ name: 'machine', file: 'setpriv', args, log });
  const deadline = performance.now() + readyWithinMs;
  while (!existsSync(join(folder, 'ready'))) {
    if (!supervisor.isRunning('machine') || performance.now() > deadline) {
      throw new Error(`the test machine did not start:\n${await readFile(log, 'utf8')}`);
    }
    await wait(10);
  }
  const outer = (await readFile(join(folder, 'pid'), 'utf8')).trim();
  const children = await readFile(`/proc/${outer}/task/${outer}/children`, 'utf8');
  return Number.parseInt(children, 10);
}

interface MachineParts {
  readonly supervisor: Supervisor;
  readonly folder: string;
  readonly controlGroup: string;
  readonly pid: number;
}

function composeMachine(parts: MachineParts, network: MachineNetwork): Machine {
  const { supervisor, folder, controlGroup, pid } = parts;
  const enter = ['--target', String(pid), '--mount', '--net', '--pid', '--'];
  return {
    ...network,
    folder,
    controlGroup,
    start: ({ name, file, args, env = {} }) => {
      const settings = Object.entries(env).map(([key, value]) => `${key}=${value}`);
      supervisor.start({
        name,
        file: 'nsenter',
        args: [...enter, 'env', ...settings, file, ...args],
        log: join(folder, `${name}.log`),
      });
    },
    isRunning: (name) => supervisor.isRunning(name),
    run: async (file, args, timeoutMs = 60_000) => {
      const limits = { timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 };
      return (await run('nsenter', [...enter, file, ...args], limits)).stdout;
    },
    network: {
      address: network.address,
      enter: ['nsenter', '--target', String(pid), '--net', '--'],
    },
    async stop() {
      await supervisor.close();
      await network.leave();
    },
  };
}
