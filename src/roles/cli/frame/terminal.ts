import type { Readable, Writable } from 'node:stream';

/** Where a command reads what a person types or pipes. */
export type TerminalInput = Readable & {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
};

export type TerminalOutput = Writable & { readonly isTTY?: boolean };

/** What a command may touch of the world around it: handed in, so that tests can stand in for it. */
export interface Terminal {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: TerminalInput;
  readonly stdout: TerminalOutput;
  readonly stderr: TerminalOutput;
}
