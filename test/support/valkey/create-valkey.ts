import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { findFreePorts } from '../cluster/servers/find-free-ports.ts';
import { createTempFolder } from '../temp-folder.ts';

/** Debian's, of the package `redis-server`. */
const program = '/usr/bin/redis-server';

/** A real Redis on this machine, which forgets everything when it ends, but for a snapshot that was asked for. */
export interface Valkey {
  readonly port: number;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with the last snapshot. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Null where it is installed, else why it cannot run. */
export function whyNoValkey(): string | null {
  return existsSync(program) ? null : 'not installed: redis-server';
}

export async function createValkey(...settings: readonly string[]): Promise<Valkey> {
  const folder = await createTempFolder();
  const [port = 0] = await findFreePorts(1);
  let running: ChildProcess | null = null;

  async function start(): Promise<void> {
    const places = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder.path];
    const args = [...places, '--save', '', '--appendonly', 'no', ...settings];
    running = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    await untilReady(running);
  }

  async function kill(): Promise<void> {
    if (running === null) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    running = null;
    await ended;
  }

  await start();
  return {
    port,
    start,
    kill,
    async close() {
      await kill();
      await folder.remove();
    },
  };
}

async function untilReady({ stdout }: ChildProcess): Promise<void> {
  let told = '';
  for await (const chunk of stdout ?? []) {
    told += String(chunk);
    if (told.includes('Ready to accept connections')) return;
  }
  throw new Error(`redis-server ended: ${told.slice(-500)}`);
}
