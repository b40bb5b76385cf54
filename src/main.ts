import type { CommandEntry } from '#roles/cli/frame/command.ts';
import { cliCommands } from '#roles/cli/registry.ts';
import { runCli } from '#roles/cli/run-cli.ts';

/** The processes that keep running. Each loads only what its role needs. */
const roles: readonly CommandEntry[] = [];

process.exitCode = await runCli(
  {
    args: process.argv.slice(2),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
  },
  [...roles, ...cliCommands],
);
