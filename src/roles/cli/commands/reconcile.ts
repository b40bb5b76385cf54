import { createError } from '#core/errors/mayfly-error.ts';
import { parseReconcileAnswer, type StatusRow } from '#core/status/status-answer.ts';
import { keepProgramAlive } from '#platform/time/keep-program-alive.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { isOfCluster, type PlaceOptions } from '../cluster/cluster-scope.ts';
import { reconcileObjects } from '../cluster/reconcile-objects.ts';
import { openPersonCluster } from '../compose.ts';
import type { DefineCommand } from '../frame/command.ts';
import type { Terminal } from '../frame/terminal.ts';
import { askRunning, findSocket } from '../status/ask-running.ts';
import { renderStatus } from '../status/render-status.ts';
import { addClusterOptions, createConfigOption, createWaitOption } from './options.ts';

interface ReconcileOptions extends PlaceOptions {
  readonly wait: number;
}

const timeoutMs = 30 * 60_000;

/** `mayfly reconcile OBJECT`. */
export const defineReconcile: DefineCommand = (command, terminal) => {
  command
    .argument(
      '<object>',
      'NAMESPACE/NAME of a GitSource or an EphemeralSecret; with --namespace its NAME',
    )
    .addOption(createConfigOption())
    .option('-n, --namespace <name>', 'of a cluster: the namespace of the object');
  addClusterOptions(command)
    .addOption(createWaitOption('of a cluster: how long a controller has to look'))
    .addHelpText(
      'after',
      '\nExit codes in a cluster: 0 ready, 3 not ready, 75 no controller looked in time.\n' +
        '\nExamples:\n  mayfly reconcile shop/config\n  mayfly reconcile --namespace shop config',
    )
    .action((object: string, options: ReconcileOptions) =>
      isOfCluster(options)
        ? reconcileInCluster(terminal, object, options)
        : reconcileHere(terminal, object, options.config),
    );
};

async function reconcileHere(
  terminal: Terminal,
  object: string,
  config: string | undefined,
): Promise<void> {
  const [namespace = '', name = '', ...rest] = object.split('/');
  if (rest.length > 0 || name === '') throw createError('MAYFLY_STATUS_NOT_FOUND', { object });
  const socket = await findSocket(config, []);
  const body = { namespace, name };
  const question = { method: 'POST', path: '/v1/reconcile', body } as const;
  const answer = parseReconcileAnswer(await askRunning(socket, question));
  if (answer === null) throw createError('MAYFLY_STATUS_NOT_RUNNING', { path: socket });
  if (answer.found === 0) throw createError('MAYFLY_STATUS_NOT_FOUND', { object });
  terminal.stdout.write(`${object} is looked at now\n`);
}

async function reconcileInCluster(
  terminal: Terminal,
  name: string,
  options: ReconcileOptions,
): Promise<void> {
  const { namespace = '', wait: waitMs } = options;
  if (name.includes('/')) {
    throw createError('MAYFLY_CLI_USAGE', { reason: 'beside --namespace stands the name alone' });
  }
  function tell({ kind, reason, message }: StatusRow): void {
    terminal.stderr.write(`${kind} ${namespace}/${name}: ${reason}: ${message}\n`);
  }
  const end = keepProgramAlive();
  try {
    const deps = { ...(await openPersonCluster(options)), signal: AbortSignal.timeout(timeoutMs) };
    const objects = await reconcileObjects(deps, { namespace, name, waitMs, tell });
    terminal.stdout.write(renderStatus({ objects, faults: [] }, createSystemClock().now()));
    const count = objects.filter(({ ready }) => ready !== 'True').length;
    if (count > 0 && waitMs > 0) throw createError('MAYFLY_STATUS_NOT_READY', { count });
  } finally {
    end();
  }
}
