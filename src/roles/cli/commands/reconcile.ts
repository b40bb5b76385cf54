import { createError } from '#core/errors/mayfly-error.ts';
import { parseReconcileAnswer } from '#core/status/status-answer.ts';
import type { DefineCommand } from '../frame/command.ts';
import type { Terminal } from '../frame/terminal.ts';
import { askRunning, findSocket } from '../status/ask-running.ts';

/** `mayfly reconcile NAMESPACE/NAME`. */
export const defineReconcile: DefineCommand = (command, terminal) => {
  command
    .argument('<object>', 'NAMESPACE/NAME of a GitSource or an EphemeralSecret')
    .option('--config <file>', 'the configuration that names the socket (default: MAYFLY_CONFIG)')
    .addHelpText('after', '\nExample:\n  mayfly reconcile shop/config')
    .action((object: string, options: { readonly config?: string }) =>
      reconcile(terminal, object, options.config),
    );
};

async function reconcile(
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
