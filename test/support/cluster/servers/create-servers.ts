import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { requirePart } from '#test/support/parts.ts';
import type { ClusterClient } from '../cluster-client.ts';
import type { ClusterOptions } from '../create-cluster.ts';
import type { Supervisor } from './create-supervisor.ts';
import { renderApiServerFlags, renderControllerFlags, renderEtcdFlags } from './render-flags.ts';
import type { ClusterFiles } from '../write-cluster-files.ts';

export interface ServerDeps {
  readonly supervisor: Supervisor;
  readonly client: ClusterClient;
  readonly files: ClusterFiles;
}

export type ServerName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager';

export interface Servers {
  /** Starts those that do not run, each when the one before it is ready. */
  start(): Promise<void>;
  restart(name: ServerName): Promise<void>;
  /** Ends all of them, the last one first. */
  end(): Promise<void>;
  close(): Promise<void>;
}

interface Server {
  readonly name: ServerName;
  /** What answers 200 as soon as the server does its work. */
  readonly readyPath: string | null;
  render(): Promise<readonly string[]>;
}

const readyWithinMs = 60_000;

export function createServers(deps: ServerDeps, options: ClusterOptions): Servers {
  const { supervisor, client } = deps;
  const servers = listServers(deps.files, options);
  const startOne = async (server: Server): Promise<void> => {
    const { name } = server;
    if (supervisor.isRunning(name)) return;
    const [file, ...args] = [
      ...(options.network?.enter ?? []),
      await requirePart(name),
      ...(await server.render()),
    ] as const;
    supervisor.start({ name, log: logOf(deps.files, name), file, args });
    client.forgetConnections();
    await waitUntilReady(deps, server);
  };
  const start = async (): Promise<void> => {
    for (const server of servers) await startOne(server);
  };
  return {
    start,
    restart: async (name) => {
      await supervisor.end(name);
      await start();
    },
    end: async () => {
      for (const { name } of servers.toReversed()) await supervisor.end(name);
    },
    close: () => supervisor.close(),
  };
}

function listServers(files: ClusterFiles, options: ClusterOptions): readonly Server[] {
  const always: readonly Server[] = [
    // The API server waits for it.
    { name: 'etcd', readyPath: null, render: () => Promise.resolve(renderEtcdFlags(files)) },
    {
      name: 'kube-apiserver',
      readyPath: '/readyz',
      render: () => Promise.resolve(renderApiServerFlags(files, options)),
    },
  ];
  if (options.controllers !== true) return always;
  const render = async (): Promise<readonly string[]> =>
    renderControllerFlags(files, await files.writeKubeconfig(), options);
  const readyPath = '/api/v1/namespaces/default/serviceaccounts/default';
  return [...always, { name: 'kube-controller-manager', readyPath, render }];
}

async function waitUntilReady(deps: ServerDeps, server: Server): Promise<void> {
  const { name } = server;
  const deadline = performance.now() + readyWithinMs;
  while (!(await isReady(deps.client, server))) {
    if (!deps.supervisor.isRunning(name) || performance.now() > deadline) {
      throw new Error(`${name} did not start:\n${await readLogEnd(deps.files, name)}`);
    }
    await wait(50);
  }
}

async function isReady(client: ClusterClient, { readyPath }: Server): Promise<boolean> {
  if (readyPath === null) return true;
  try {
    return (await client.request({ path: readyPath })).status === 200;
  } catch {
    return false;
  }
}

function logOf(files: ClusterFiles, name: ServerName): string {
  return join(files.folder, `${name}.log`);
}

async function readLogEnd(files: ClusterFiles, name: ServerName): Promise<string> {
  const log = await readFile(logOf(files, name), 'utf8').catch(() => '');
  return log.slice(-4000);
}
