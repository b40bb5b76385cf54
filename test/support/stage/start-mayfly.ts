import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StatusAnswer } from '#core/status/status-answer.ts';
import type { Stage } from './create-stage.ts';

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** What is compiled once serves every later start. */
const compiled = { NODE_COMPILE_CACHE: join(tmpdir(), 'mayfly-test-compiled') };

export interface MayflyOptions {
  /** Instead of the product's own start: a script that takes the configuration as its argument. */
  readonly script?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The running program. */
export interface Mayfly {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Everything that starts on this stage have written to stdout and stderr. */
  readLog(): Promise<string>;
  /** Resolves to the signal or code it ended with. */
  ended(): Promise<NodeJS.Signals | number | null>;
  end(signal: NodeJS.Signals): Promise<NodeJS.Signals | number | null>;
}

/** Starts the real program on a stage, as a process of its own. */
export async function startMayfly(stage: Stage, options: MayflyOptions = {}): Promise<Mayfly> {
  const logFile = join(stage.root, 'mayfly.log');
  const log = await open(logFile, 'a');
  const args = options.script === undefined ? [main, 'standalone', '--config'] : [options.script];
  const child = spawn(process.execPath, [...args, stage.config], {
    env: { PATH: process.env['PATH'], ...compiled, ...options.env },
    stdio: ['ignore', log.fd, log.fd, ...(options.script === undefined ? [] : ['ipc' as const])],
  });
  await log.close();
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const ended = exit.then(([code, signal]) => signal ?? code);
  return {
    child,
    pid: child.pid ?? 0,
    readLog: async () => await readFile(logFile, 'utf8'),
    ended: async () => await ended,
    async end(signal) {
      child.kill(signal);
      return await ended;
    },
  };
}

/** Asks the running program, as `mayfly status` does; null when nobody answers. */
export async function askStatus(stage: Stage): Promise<StatusAnswer | null> {
  const answer = await ask(stage, { method: 'GET', path: '/v1/status', body: '' });
  return answer === null ? null : (JSON.parse(answer) as StatusAnswer);
}

/** Has an object looked at, as `mayfly reconcile` does. */
export async function askReconcile(stage: Stage, namespace: string, name: string): Promise<void> {
  const body = JSON.stringify({ namespace, name });
  await ask(stage, { method: 'POST', path: '/v1/reconcile', body });
}

interface Question {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

async function ask({ socket }: Stage, { method, path, body }: Question): Promise<string | null> {
  return await new Promise((resolve) => {
    const headers = body === '' ? {} : { 'content-type': 'application/json' };
    const asked = request({ socketPath: socket, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text));
      response.on('error', () => resolve(null));
    });
    asked.on('error', () => resolve(null));
    asked.end(body);
  });
}
