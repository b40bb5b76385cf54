import { spawn } from 'node:child_process';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'];

/** Runs the program in our place: same terminal, same signals, and its exit code becomes ours. */
export function runNode(node, args, options = {}) {
  const child = spawn(node, args, { stdio: 'inherit', ...options });
  for (const signal of forwarded) {
    // A terminal sends its interrupt to both of us; passed on, it would count as a second one.
    const isAlreadyThere = signal === 'SIGINT' && process.stdin.isTTY;
    process.on(signal, () => isAlreadyThere || child.kill(signal));
  }
  child.once('error', (error) => {
    process.stderr.write(`mayfly: error: ${node} could not be started: ${error.message}\n`);
    process.exitCode = 70;
  });
  child.once('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 70;
      return;
    }
    for (const each of forwarded) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}
