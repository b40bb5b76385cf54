import { runCli } from '#roles/cli/run-cli.ts';
import { commands } from '#roles/registry.ts';

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
  commands,
);
