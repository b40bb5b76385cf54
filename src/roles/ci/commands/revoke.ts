import type { Command } from 'commander';
import { createSecretFiles } from '../output/secret-files.ts';
import { readLease } from '../output/lease-file.ts';
import { createBrokerClient } from '../servers/create-broker-client.ts';
import { giveBack } from '../servers/open-session.ts';
import { createHost } from '#platform/lifecycle/host.ts';
import { keepProgramAlive } from '#platform/time/keep-program-alive.ts';
import { tell, type CiWorld } from '../ci-world.ts';
import { createCiWorld, type CiTerminal } from './ci-terminal.ts';
import { addBrokerOptions, readBroker, readSource, usage, type BrokerOptions } from './options.ts';

interface RevokeOptions extends BrokerOptions {
  readonly lease?: string;
  readonly folder?: string;
}

/** `mayfly revoke`. */
export function defineRevoke(command: Command, terminal: CiTerminal): void {
  addBrokerOptions(command)
    .option('--folder <folder>', 'remove the files of an exchange, and give back their lease')
    .option('--lease <id>', 'give back this lease')
    .addHelpText(
      'after',
      '\nA folder that is not there is no failure: a job may end before it has one. A lease that cannot be given back ends by itself.\n' +
        '\nExit codes: 0 files removed, and the lease given back or left to end; 2 the command or the job is wrong, 3 the folder is none of an exchange.\n' +
        '\nExample:\n  mayfly revoke --broker https://mayfly.example.com:8443 --folder /dev/shm/mayfly-job',
    )
    .action(async (options: RevokeOptions) => await revoke(terminal, options));
}

async function revoke(terminal: CiTerminal, options: RevokeOptions): Promise<void> {
  const world = createCiWorld(terminal);
  createHost();
  const { lease, folder } = options;
  if (lease === undefined && folder === undefined) throw usage('name --folder or --lease');
  const found = folder === undefined ? null : await removeFiles(world, folder);
  const leases = [lease, found].filter((id) => typeof id === 'string');
  if (leases.length === 0) return;
  const broker = await readBroker(world, options);
  const source = await readSource(world, broker, options);
  const release = keepProgramAlive();
  try {
    const client = createBrokerClient(broker, world.clock);
    if (await giveBack(world, { client, source }, leases)) tell(world, 'lease given back');
  } finally {
    release();
  }
}

/** Answers the lease of the files; null where there is no such folder. */
async function removeFiles(world: CiWorld, folder: string): Promise<string | null> {
  const lease = await readLease(folder);
  if (lease !== null) createSecretFiles(folder).remove();
  tell(world, lease === null ? `no folder ${folder}: nothing to remove` : 'files removed');
  return lease;
}
