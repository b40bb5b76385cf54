import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** Gives a command its arguments, options, examples and action. */
export type DefineCommand = (command: Command, terminal: Terminal) => void;

/** A command as the list of commands knows it: nothing of it is loaded until it is asked for. */
export interface CommandEntry {
  readonly name: string;
  /** One line for `mayfly --help`, lower case, no full stop. */
  readonly summary: string;
  load(): Promise<DefineCommand>;
}
