import { Option } from 'commander';
import { createError } from '#core/errors/mayfly-error.ts';
import { pause } from '#platform/time/pause.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import { parseStatusAnswer, type StatusAnswer } from '#core/status/status-answer.ts';
import type { DefineCommand } from '../frame/command.ts';
import type { Terminal } from '../frame/terminal.ts';
import { askRunning, findSocket } from '../status/ask-running.ts';
import { renderStatus } from '../status/render-status.ts';

interface StatusOptions {
  readonly config?: string;
  readonly output: 'table' | 'json';
  readonly watch?: boolean;
}

const watchEveryMs = 1_000;

/** `mayfly status`. */
export const defineStatus: DefineCommand = (command, terminal) => {
  command
    .option('--config <file>', 'the configuration that names the socket (default: MAYFLY_CONFIG)')
    .addOption(
      new Option('-o, --output <format>', 'table or json')
        .choices(['table', 'json'])
        .default('table'),
    )
    .option('-w, --watch', 'print again whenever something changes')
    .addHelpText(
      'after',
      '\nExit codes: 0 all is ready, 3 something is not, 75 no mayfly answers.\n' +
        '\nExample:\n  mayfly status --config /etc/mayfly/mayfly.yaml',
    )
    .action((options: StatusOptions) => showStatus(terminal, options));
};

async function showStatus(terminal: Terminal, options: StatusOptions): Promise<void> {
  const socket = await findSocket(options.config, []);
  if (options.watch === true) await watchStatus(terminal, socket, options);
  const answer = await readStatus(socket);
  terminal.stdout.write(render(answer, options));
  const count = answer.objects.filter(({ ready }) => ready !== 'True').length;
  const faults = answer.faults.length;
  if (count + faults > 0) throw createError('MAYFLY_STATUS_NOT_READY', { count: count + faults });
}

/** Until the person ends it. */
async function watchStatus(
  terminal: Terminal,
  socket: string,
  options: StatusOptions,
): Promise<never> {
  let shown = '';
  for (;;) {
    const answer = await readStatus(socket);
    const now = JSON.stringify(answer);
    if (now !== shown) terminal.stdout.write(`${render(answer, options)}\n`);
    shown = now;
    await pause(watchEveryMs);
  }
}

async function readStatus(socket: string): Promise<StatusAnswer> {
  const answer = parseStatusAnswer(await askRunning(socket, { method: 'GET', path: '/v1/status' }));
  if (answer !== null) return answer;
  throw createError('MAYFLY_STATUS_NOT_RUNNING', { path: socket });
}

function render(answer: StatusAnswer, { output }: StatusOptions): string {
  if (output === 'json') return `${JSON.stringify(answer, null, 2)}\n`;
  return renderStatus(answer, createSystemClock().now());
}
