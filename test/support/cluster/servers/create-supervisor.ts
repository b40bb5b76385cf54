import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ServerExit, ServerRequest } from './supervise.ts';

export interface Supervisor {
  /** Its process id. */
  readonly pid: number;
  start(server: Omit<Extract<ServerRequest, { kind: 'start' }>, 'kind'>): void;
  isRunning(name: string): boolean;
  /** Ends a server by SIGTERM, or SIGKILL when that takes too long, and waits until it is gone. */
  end(name: string): Promise<void>;
  /** Ends every server and removes the folder. */
  close(): Promise<void>;
}

/**
 * Starts the program that runs the servers of one test cluster. They and the folder are gone soon after this process
 * is, even when it was killed. Control groups of these names go with them.
 */
export function createSupervisor(
  folder: string,
  controlGroups: readonly string[] = [],
): Supervisor {
  const child = fork(join(import.meta.dirname, 'supervise.ts'), [folder, ...controlGroups], {
    detached: true,
    execArgv: [],
    stdio: 'ignore',
    env: { PATH: process.env['PATH'] },
  });
  const running = new Map<string, PromiseWithResolvers<void>>();
  const exit = once(child, 'exit').then(() => endGroup(child));
  child.on('message', ({ exited }: ServerExit) => {
    running.get(exited)?.resolve();
    running.delete(exited);
  });
  // A suite that forgets to close its cluster shall not keep its process from ending.
  child.unref();
  child.channel?.unref();
  return {
    pid: child.pid ?? 0,
    start: (server) => {
      running.set(server.name, Promise.withResolvers());
      child.send({ kind: 'start', ...server } satisfies ServerRequest);
    },
    isRunning: (name) => running.has(name),
    end: async (name) => {
      const server = running.get(name);
      if (server === undefined) return;
      child.channel?.ref();
      child.send({ kind: 'end', name } satisfies ServerRequest);
      await Promise.race([server.promise, exit]);
      child.channel?.unref();
    },
    close: async () => {
      child.ref();
      if (child.connected) child.disconnect();
      await exit;
    },
  };
}

/** The servers are of the supervisor's process group: should it have been killed, they go with it. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in it, as it should be.
  }
}
