import { InvalidArgumentError, type Command } from 'commander';
import { parseDuration } from '#core/api/duration.ts';
import { defineRole, type RoleTerminal } from '../define-role.ts';
import { runSweep } from './run-sweep.ts';

interface SweepOptions {
  readonly every?: number;
}

const shortestEveryMs = 5000;

/** `mayfly sweep`. */
export function defineSweep(command: Command, terminal: RoleTerminal): void {
  command.option('--every <duration>', 'sweep again and again; once when absent', parseEvery);
  defineRole<SweepOptions>(command, terminal, {
    flag: '--kube.namespaces shop',
    example: 'mayfly sweep --every 10s',
    run: async (configuration, tools, { every }) => {
      await runSweep(configuration, tools, every ?? null);
    },
  });
}

function parseEvery(text: string): number {
  const every = parseDuration(text);
  if (every === null || every < shortestEveryMs) {
    throw new InvalidArgumentError('It must be a duration of at least 5s.');
  }
  return every;
}
