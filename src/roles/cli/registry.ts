import type { CommandEntry } from './frame/command.ts';

/** The commands of a person, in the order of `mayfly --help`. Each file is loaded only when it is asked for. */
export const cliCommands: readonly CommandEntry[] = [];
