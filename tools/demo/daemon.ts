import { execFile, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `mayfly standalone` as a process of its own. */
export interface Daemon {
  readonly pid: number;
  readonly logFile: string;
  /** What `mayfly status` prints. */
  readStatus(): Promise<string>;
  /** Asks it to end and waits; resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the program on a configuration file; its log goes to a file beside it. */
export async function startDaemon(
  program: string,
  place: { readonly root: string; readonly configFile: string },
): Promise<Daemon> {
  const logFile = join(place.root, 'mayfly.log');
  const log = await open(logFile, 'a');
  const child = spawn(process.execPath, [program, 'standalone', '--config', place.configFile], {
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    pid: child.pid ?? 0,
    logFile,
    async readStatus() {
      const args = [program, 'status', '--config', place.configFile];
      const { stdout } = await run(process.execPath, args).catch(readFailed);
      return stdout;
    },
    async stop() {
      child.kill('SIGTERM');
      return await ended;
    },
  };
}

/** `status` answers with an exit code of its own while something is not ready; what it printed still counts. */
function readFailed(error: unknown): { stdout: string } {
  const stdout: unknown = error instanceof Error && 'stdout' in error ? error.stdout : '';
  return { stdout: typeof stdout === 'string' ? stdout : '' };
}
