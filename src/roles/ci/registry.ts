import type { Command } from 'commander';
import type { CiTerminal } from './commands/ci-terminal.ts';

/** A command as the list of commands knows it: nothing of it is loaded until it is asked for. */
interface CiCommand {
  readonly name: string;
  readonly summary: string;
  load(): Promise<(command: Command, terminal: CiTerminal) => void>;
}

/** What a CI job, or a person instead of one, asks a broker for. */
export const ciCommands: readonly CiCommand[] = [
  {
    name: 'exec',
    summary: 'run a program with values of a broker, for as long as it runs',
    load: async () => (await import('./commands/exec.ts')).defineExec,
  },
  {
    name: 'exchange',
    summary: 'exchange the identity token of a CI job for values of a broker',
    load: async () => (await import('./commands/exchange.ts')).defineExchange,
  },
  {
    name: 'revoke',
    summary: 'remove the files of an exchange and give back its lease',
    load: async () => (await import('./commands/revoke.ts')).defineRevoke,
  },
];
