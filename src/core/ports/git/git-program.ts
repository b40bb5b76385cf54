import type { GitRequest } from './git-repository.ts';

/** A command on the local store alone. No protocol is allowed, so a missing object is a failure, not a fetch. */
export interface LocalGitCommand {
  readonly args: readonly string[];
  readonly input?: string;
  /** Bounds the output; over it the command is ended with `tooLarge`. */
  readonly maxOutput: number;
  readonly tooLarge: () => Error;
  /** Takes the output piece by piece instead of collecting it; what it throws ends the command. */
  readonly onOutput?: (chunk: Uint8Array) => void;
}

/** A command that speaks to the host of the request. */
export interface RemoteGitCommand {
  readonly args: readonly string[];
  readonly input?: string;
  readonly maxOutput: number;
  /** How much, in bytes, the store may grow by `measure`; absent for a command that brings no object. */
  readonly growth?: { readonly limit: number; readonly measure: () => Promise<number> };
  /** Sees what git reports while it works; a returned error ends the command. */
  readonly onProgress?: (text: string) => Error | null;
}

/** Git commands for one pass over one source. */
export interface GitCommands {
  /** The host as messages name it. */
  readonly host: string;
  /** Resolves with the output and exit code; rejects when it was ended. */
  local(command: LocalGitCommand): Promise<{ readonly code: number; readonly output: Uint8Array }>;
  /**
   * Resolves with the output, or `missing` when the host no longer has, or does not give, what was asked for.
   * Rejects with the typed error of what went wrong: see {@link GitRepository}.
   */
  remote(command: RemoteGitCommand): Promise<Uint8Array | 'missing'>;
  /** Removes what the login needed. */
  close(): Promise<void>;
}

/**
 * The git binary in a closed environment: no configuration of the machine or of users, no shell, no hook, no
 * transport but that of the URL, no redirect, and a connection only to the address that was checked. Credentials
 * stand neither in arguments nor in the environment nor on a disk.
 */
export interface GitProgram {
  /** `store` is the folder of a bare repository; nothing is done before the first command. */
  open(store: string, request: GitRequest, signal: AbortSignal): GitCommands;
}
