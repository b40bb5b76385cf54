import { Option } from 'commander';
import { createError } from '#core/errors/mayfly-error.ts';
import { parseStatusAnswer, type StatusAnswer } from '#core/status/status-answer.ts';
import { pause } from '#platform/time/pause.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { isOfCluster, type PlaceOptions } from '../cluster/cluster-scope.ts';
import { listCluster } from '../cluster/list-cluster.ts';
import { openPersonCluster } from '../compose.ts';
import type { DefineCommand } from '../frame/command.ts';
import type { Terminal } from '../frame/terminal.ts';
import { askRunning, findSocket } from '../status/ask-running.ts';
import { renderStatus, type ShownStatus } from '../status/render-status.ts';
import { addClusterOptions, createConfigOption } from './options.ts';

interface StatusOptions extends PlaceOptions {
  readonly output: 'table' | 'json';
  readonly watch?: boolean;
}

/** Where the status comes from. */
interface StatusPlace {
  readonly everyMs: number;
  read(): Promise<ShownStatus>;
}

const clusterTimeoutMs = 60_000;

/** `mayfly status`. */
export const defineStatus: DefineCommand = (command, terminal) => {
  command
    .addOption(createConfigOption())
    .option('-n, --namespace <name>', 'of a cluster: this namespace')
    .option('-A, --all-namespaces', 'of a cluster: every namespace');
  addClusterOptions(command)
    .addOption(
      new Option('-o, --output <format>', 'table or json')
        .choices(['table', 'json'])
        .default('table'),
    )
    .option('-w, --watch', 'print again whenever something changes')
    .addHelpText(
      'after',
      '\nExit codes: 0 all is ready, 3 something is not, 75 no mayfly or no cluster answers.\n' +
        '\nExamples:\n  mayfly status --config /etc/mayfly/mayfly.yaml\n  mayfly status --all-namespaces',
    )
    .action((options: StatusOptions) => showStatus(terminal, options));
};

async function showStatus(terminal: Terminal, options: StatusOptions): Promise<void> {
  const place = isOfCluster(options) ? await openCluster(options) : await openMachine(options);
  if (options.watch === true) await watchStatus(terminal, place, options);
  const status = await place.read();
  terminal.stdout.write(render(status, options));
  const count = status.objects.filter(({ ready }) => ready !== 'True').length;
  const faults = status.faults.length;
  if (count + faults > 0) throw createError('MAYFLY_STATUS_NOT_READY', { count: count + faults });
}

async function openMachine({ config }: StatusOptions): Promise<StatusPlace> {
  const socket = await findSocket(config, []);
  return { everyMs: 1000, read: async () => await readStatus(socket) };
}

async function openCluster(options: StatusOptions): Promise<StatusPlace> {
  const { api } = await openPersonCluster(options);
  const { namespace } = options;
  return {
    everyMs: 5000,
    read: async () => {
      const signal = AbortSignal.timeout(clusterTimeoutMs);
      return { objects: await listCluster({ api, signal }, namespace), faults: [] };
    },
  };
}

/** Until the person ends it. */
async function watchStatus(
  terminal: Terminal,
  place: StatusPlace,
  options: StatusOptions,
): Promise<never> {
  let shown = '';
  for (;;) {
    const status = await place.read();
    const now = JSON.stringify(status);
    if (now !== shown) terminal.stdout.write(`${render(status, options)}\n`);
    shown = now;
    await pause(place.everyMs);
  }
}

async function readStatus(socket: string): Promise<StatusAnswer> {
  const answer = parseStatusAnswer(await askRunning(socket, { method: 'GET', path: '/v1/status' }));
  if (answer !== null) return answer;
  throw createError('MAYFLY_STATUS_NOT_RUNNING', { path: socket });
}

function render(status: ShownStatus, { output }: StatusOptions): string {
  if (output === 'json') return `${JSON.stringify(status, null, 2)}\n`;
  return renderStatus(status, createSystemClock().now());
}
