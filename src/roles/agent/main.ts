import { startAgent } from './start-agent.ts';

/** The program of the agent's own image: `node agent.mjs init`. */
const { argv, env, stdout, stderr } = process;
process.exitCode = await startAgent({ args: argv.slice(2), env, stdout, stderr });
