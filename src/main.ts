/** Whoever read along has gone, as `head` does: end as a program that gets SIGPIPE does. */
process.stdout.on('error', () => process.exit(128 + 13));

const { env, stdin, stdout, stderr } = process;
const [role, ...rest] = process.argv.slice(2);
process.exitCode = isAgent() ? await runAgent() : await runCommand();

/** The agent stands beside every application: it loads nothing of the other commands. */
function isAgent(): boolean {
  return role === 'agent' && !rest.some((arg) => arg.startsWith('-'));
}

async function runAgent(): Promise<number> {
  const { startAgent } = await import('#roles/agent/start-agent.ts');
  return await startAgent({ args: rest, env, stdout, stderr });
}

async function runCommand(): Promise<number> {
  const [{ runCli }, { commands }] = await Promise.all([
    import('#roles/cli/run-cli.ts'),
    import('#roles/registry.ts'),
  ]);
  const args = process.argv.slice(2);
  return await runCli({ args, env, stdin, stdout, stderr }, commands);
}
