import { runCli } from './cli/run-cli.ts';
import { podCommands } from './pod-registry.ts';

/** The program of the image that stands beside pods: it holds nothing of the other roles. */
const { argv, env, stdin, stdout, stderr } = process;
process.exitCode = await runCli({ args: argv.slice(2), env, stdin, stdout, stderr }, podCommands);
