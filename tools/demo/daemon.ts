import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readCleanEnvironment } from './clean-environment.ts';

/** A role of `mayfly` as a process of its own. */
export interface Daemon {
  readonly logFile: string;
  /** Asks it to end and waits; resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the program on a configuration file; its log goes to a file beside it. */
export async function startDaemon(
  program: string,
  place: {
    readonly role: 'standalone' | 'controller' | 'webhook';
    readonly root: string;
    readonly configFile: string;
  },
): Promise<Daemon> {
  const logFile = join(place.root, 'mayfly.log');
  const log = await open(logFile, 'a');
  const child = spawn(process.execPath, [program, place.role, '--config', place.configFile], {
    stdio: ['ignore', log.fd, log.fd],
    env: readCleanEnvironment(),
  });
  await log.close();
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    logFile,
    async stop() {
      child.kill('SIGTERM');
      return await ended;
    },
  };
}
