import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HostPolicy } from '#core/git/address/host-policy.ts';
import { parseGitUrl } from '#core/git/address/git-url.ts';
import type { GitCommands, GitProgram } from '#core/ports/git/git-program.ts';
import type { GitRequest } from '#core/ports/git/git-repository.ts';
import type { SshAgent } from '#core/ports/ssh-agent.ts';
import type { Clock } from '#core/ports/time.ts';
import { noSteps, type Steps } from '#platform/files/steps.ts';
import { runLocal, runRemote, type GitContext } from './git-commands.ts';
import {
  openHostSession,
  resolveWithSystem,
  type HostSession,
  type HostSessionOptions,
  type ResolveHost,
} from './host-session.ts';
import { openSessionFolders } from './session-folders.ts';

export interface GitProgramDeps {
  readonly clock: Clock;
  readonly sshAgent: SshAgent;
  /** The system's resolver when it is not given. */
  readonly resolveHost?: ResolveHost;
  /** Told when a command of git has ended; for tests that stop the program in between. */
  readonly onStep?: Steps;
}

export interface GitProgramOptions {
  /** For the programs that git calls; a folder of this process alone, on a file system that can execute. */
  readonly directory: string;
  readonly policy: HostPolicy;
  /** A folder of a memory file system, for what a login needs; `/dev/shm` when it is not given. */
  readonly memoryDirectory?: string;
  /** The git program, 2.37 or newer; looked up on the search path when it is not given. */
  readonly gitProgram?: string;
  readonly sshProgram?: string;
  /** In bytes, of git and the programs it started; 512 MiB when it is not given. */
  readonly maxMemory?: number;
}

const defaultMaxMemory = 512 * 1024 * 1024;

export async function createGitProgram(
  deps: GitProgramDeps,
  options: GitProgramOptions,
): Promise<GitProgram> {
  const home = join(options.directory, 'home');
  await writeLaunchers(options.directory);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const sessionOptions: HostSessionOptions = {
    policy: options.policy,
    folders: await openSessionFolders(
      options.memoryDirectory ?? '/dev/shm',
      join(options.directory, 'sessions'),
    ),
    programs: options.directory,
    sshProgram: options.sshProgram ?? '/usr/bin/ssh',
    sshAgent: deps.sshAgent,
    resolveHost: deps.resolveHost ?? resolveWithSystem,
  };
  const fixed = {
    program: options.gitProgram ?? 'git',
    clock: deps.clock,
    home,
    maxMemory: options.maxMemory ?? defaultMaxMemory,
  };
  const onStep = deps.onStep ?? noSteps;
  return {
    open: (store, request, signal) => {
      const { host } = parseGitUrl(request.url);
      const commands = openCommands({ ...fixed, store, host, signal }, request, sessionOptions);
      return tellSteps(commands, onStep);
    },
  };
}

function openCommands(
  context: GitContext,
  request: GitRequest,
  options: HostSessionOptions,
): GitCommands {
  let opened: Promise<HostSession> | null = null;
  return {
    host: context.host,
    local: (command) => runLocal(context, command),
    remote: async (command) => {
      opened ??= openHostSession(request, options, context.signal);
      return runRemote(context, await opened, command);
    },
    close: async () => {
      const session = await opened?.catch(() => null);
      await session?.close();
    },
  };
}

function tellSteps(commands: GitCommands, onStep: Steps): GitCommands {
  return {
    ...commands,
    local: async (command) => {
      const result = await commands.local(command);
      onStep('git-local');
      return result;
    },
    remote: async (command) => {
      const result = await commands.remote(command);
      onStep('git-remote');
      return result;
    },
  };
}

/** Git can only call a program by its path; these are our programs under the node that runs now. */
async function writeLaunchers(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of ['askpass', 'ssh']) {
    const target = pathToFileURL(join(import.meta.dirname, 'programs', `${name}.mjs`)).href;
    const launcher = join(folder, name);
    await writeFile(launcher, `#!${process.execPath}\nimport(${JSON.stringify(target)});\n`);
    await chmod(launcher, 0o700);
  }
}
