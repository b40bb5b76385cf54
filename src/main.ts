import type { CommandEntry } from '#roles/cli/frame/command.ts';
import { cliCommands } from '#roles/cli/registry.ts';
import { runCli } from '#roles/cli/run-cli.ts';

/** The processes that keep running. Each loads only what its role needs. */
const roles: readonly CommandEntry[] = [
  {
    name: 'standalone',
    summary: 'keep the secrets of this machine as its objects say',
    load: async () => (await import('#roles/standalone/command.ts')).defineStandalone,
  },
];

/** Whoever read along has gone, as `head` does: end as a program that gets SIGPIPE does. */
process.stdout.on('error', () => process.exit(128 + 13));

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
