/**
 * Runs the servers of one test cluster and ends them when the process that asked for them is gone, however it went:
 * the channel between the two closes, and then the servers are ended, the folder is removed, and so is this program.
 * Run with the folder as its argument, as the leader of its own process group. Further arguments name the groups of
 * control that the servers make and nobody removes.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { removeControlGroups } from './remove-control-groups.ts';

export type ServerRequest =
  | {
      readonly kind: 'start';
      readonly name: string;
      readonly file: string;
      readonly args: readonly string[];
      /** The file that its output is added to. */
      readonly log: string;
    }
  | { readonly kind: 'end'; readonly name: string };

export interface ServerExit {
  readonly exited: string;
}

/** How long a server may take to end by itself. */
const graceMs = 2000;

const [folder = '', ...controlGroups] = process.argv.slice(2);
const servers = new Map<string, { readonly child: ChildProcess; readonly exit: Promise<void> }>();

process.on('message', (request: ServerRequest) => {
  if (request.kind === 'start') start(request);
  else void end(request.name);
});
process.on('disconnect', () => void endAll());

function start({ name, file, args, log }: Extract<ServerRequest, { kind: 'start' }>): void {
  const output = openSync(log, 'a');
  const child = spawn(file, args, { cwd: folder, stdio: ['ignore', output, output] });
  closeSync(output);
  const exit = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  servers.set(name, { child, exit });
  void exit.then(() => {
    servers.delete(name);
    if (process.connected) process.send?.({ exited: name } satisfies ServerExit);
  });
}

async function end(name: string): Promise<void> {
  const server = servers.get(name);
  if (server === undefined) return;
  server.child.kill('SIGTERM');
  const timer = setTimeout(() => server.child.kill('SIGKILL'), graceMs);
  await server.exit;
  clearTimeout(timer);
}

/** In the opposite order of their start: the API server does not end well without its database. */
async function endAll(): Promise<void> {
  for (const name of [...servers.keys()].toReversed()) await end(name);
  for (const name of controlGroups) await removeControlGroups(name);
  await rm(folder, { recursive: true, force: true });
  process.exit();
}
