import type { Delivery } from '../plan/decide-variables.ts';
import { agentPaths } from '../plan/injection-plan.ts';

const file = `${agentPaths.env}/${agentPaths.envFile}`;
const shell = ['/bin/sh', '-c'];
const title = 'mayfly-env';

/**
 * A command behind a shell that reads the environment file and becomes the command: arguments, signals and exit code
 * stay as they are. Only the container's own variables are passed on.
 */
export function renderShellCommand(
  command: readonly string[],
  deliveries: readonly Delivery[],
): string[] {
  const names = deliveries.map(({ variable }) => variable);
  const lines = [
    'set -e',
    `unset ${names.join(' ')}`,
    `. ${file}`,
    ...deliveries.map(
      ({ variable, key }) => `[ -z "\${${key}+x}" ] || export ${variable}="$${key}"`,
    ),
    'exec "$@"',
  ];
  return [...shell, lines.join('; '), title, ...command];
}

/** The command that was there before {@link renderShellCommand}; the same one when there was none. */
export function stripShellCommand(command: readonly string[]): readonly string[] {
  const [program, option, script = '', name] = command;
  const isOurs = program === shell[0] && option === shell[1] && name === title;
  return isOurs && script.includes(file) ? command.slice(4) : command;
}
