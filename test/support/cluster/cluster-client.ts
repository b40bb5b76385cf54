import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request as sendHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { requirePart } from '#test/support/parts.ts';
import type { ClusterAnswer, ClusterRequest, KubectlOptions } from './create-cluster.ts';
import type { ClusterFiles } from './write-cluster-files.ts';

export interface ClusterClient {
  request(request: ClusterRequest): Promise<ClusterAnswer>;
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<string>;
  /** Drops the connections that are kept: the server behind them is gone. */
  forgetConnections(): void;
  close(): void;
}

const timeoutMs = 30_000;

export function createClusterClient(files: ClusterFiles): ClusterClient {
  const agent = new Agent({ ca: files.caPem, keepAlive: true });
  return {
    request: (request) => send(files, agent, request),
    kubectl: (args, options = {}) => runKubectl(files, args, options),
    forgetConnections: () => agent.destroy(),
    close: () => agent.destroy(),
  };
}

async function send(
  files: ClusterFiles,
  agent: Agent,
  { path, user, body, method, contentType, headers: more, url = files.url }: ClusterRequest,
): Promise<ClusterAnswer> {
  const outgoing = sendHttps(`${url}${path}`, {
    agent,
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      authorization: `Bearer ${files.tokenOf(user)}`,
      'content-type': contentType ?? 'application/json',
      ...more,
    },
    signal: AbortSignal.timeout(timeoutMs),
  });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await answered;
  const { statusCode = 0, headers } = response;
  return { status: statusCode, headers, body: parseBody(await text(response)) };
}

function parseBody(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

async function runKubectl(
  files: ClusterFiles,
  args: readonly string[],
  { user, stdin, url }: KubectlOptions,
): Promise<string> {
  const kubeconfig = await files.writeKubeconfig(user, url);
  const child = spawn(await requirePart('kubectl'), ['--kubeconfig', kubeconfig, ...args], {
    env: { PATH: process.env['PATH'], HOME: files.folder },
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0)
    throw new Error(`kubectl ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${errors}`);
  return output;
}
