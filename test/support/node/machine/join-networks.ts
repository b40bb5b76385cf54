import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A network of two: this machine and the one within it. */
export interface MachineNetwork {
  /** Where what listens on the real machine is reached from within. */
  readonly hostAddress: string;
  readonly address: string;
  /** Takes our end away: the kernel would do so by itself, some time after the other end is gone. */
  leave(): Promise<void>;
}

/** Joins the network namespace of a program with ours. It ends with that namespace. */
export async function joinNetworks(pid: number, name: string): Promise<MachineNetwork> {
  const prefix = findFreePrefix();
  const hostAddress = `${prefix}.1`;
  const address = `${prefix}.2`;
  const card = `mf${name.slice(-6)}`;
  const inside = ['nsenter', '--target', String(pid), '--net', 'ip'];
  const steps = [
    ['ip', 'link', 'add', card, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid)],
    ['ip', 'address', 'add', `${hostAddress}/30`, 'dev', card],
    ['ip', 'link', 'set', card, 'up'],
    [...inside, 'address', 'add', `${address}/30`, 'dev', 'eth0'],
    [...inside, 'link', 'set', 'eth0', 'up'],
    [...inside, 'route', 'add', 'default', 'via', hostAddress],
  ];
  for (const [file = '', ...args] of steps) await run(file, args);
  async function leave(): Promise<void> {
    // It fails where the kernel was faster.
    await run('ip', ['link', 'delete', card]).catch(() => undefined);
  }
  return { hostAddress, address, leave };
}

function findFreePrefix(): string {
  const used = Object.values(networkInterfaces()).flatMap((cards) => cards ?? []);
  for (;;) {
    const prefix = `10.213.${randomInt(1, 255)}`;
    if (!used.some(({ address }) => address.startsWith(`${prefix}.`))) return prefix;
  }
}
