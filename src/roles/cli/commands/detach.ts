import { Option } from 'commander';
import { createError } from '#core/errors/mayfly-error.ts';
import { keepProgramAlive } from '#platform/time/keep-program-alive.ts';
import { openPersonCluster } from '../compose.ts';
import { detach, type Detached } from '../detach/detach.ts';
import type { DefineCommand } from '../frame/command.ts';
import { addClusterOptions, createWaitOption } from './options.ts';

interface DetachCommandOptions {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly dryRun?: boolean;
  readonly wait: number;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly output: 'text' | 'json';
}

const timeoutMs = 30 * 60_000;

/** `mayfly detach`. */
export const defineDetach: DefineCommand = (command, terminal) => {
  command
    .option('-n, --namespace <name>', 'the namespace whose secrets become plain ones')
    .option('-A, --all-namespaces', 'every namespace')
    .option('--dry-run', 'tell what would be done, and do nothing')
    .addOption(createWaitOption('how long a controller has to see that its objects rest'));
  addClusterOptions(command)
    .addOption(
      new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text'),
    )
    .addHelpText(
      'after',
      '\nBefore an uninstall: the EphemeralSecrets are suspended, and their Secrets stay as they are,' +
        '\nwithout a lease. To go back, set spec.suspend to false and delete the plain secrets.\n' +
        '\nExample:\n  mayfly detach --namespace shop --dry-run',
    )
    .action(async (options: DetachCommandOptions) => {
      const { namespace, allNamespaces = false, dryRun = false, output } = options;
      if ((namespace === undefined) !== allNamespaces) {
        const reason = 'give either --namespace or --all-namespaces';
        throw createError('MAYFLY_CLI_USAGE', { reason });
      }
      const done = await run(options);
      terminal.stdout.write(
        output === 'json'
          ? `${JSON.stringify({ dryRun, ...done }, null, 2)}\n`
          : render(done, dryRun),
      );
    });
};

async function run(options: DetachCommandOptions): Promise<Detached> {
  const { namespace, dryRun: isDryRun = false, wait: waitMs } = options;
  const end = keepProgramAlive();
  try {
    const cluster = await openPersonCluster(options);
    const deps = { ...cluster, signal: AbortSignal.timeout(timeoutMs) };
    return await detach(deps, { namespace, isDryRun, waitMs });
  } finally {
    end();
  }
}

function render({ suspended, secrets }: Detached, isDryRun: boolean): string {
  const will = isDryRun ? 'would be ' : '';
  return [
    ...suspended.map((name) => `ephemeralsecret ${name} ${will}suspended\n`),
    ...secrets.map((name) => `secret ${name} ${will}detached\n`),
    `${secrets.length} secrets ${isDryRun ? 'would become' : 'are'} plain ones\n`,
  ].join('');
}
