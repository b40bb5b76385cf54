import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, writeFile } from 'node:fs/promises';
import { Agent, request as sendHttps } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { root } from '#test/support/arch/source-files.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { brokerAudience } from '#test/support/issuer/real-claims.ts';
import { untilSlowly } from '#test/support/until.ts';

/** `mayfly broker` as a process of its own. */
export interface StartedBroker {
  exchange(body: object): Promise<{ readonly status: number; readonly body: unknown }>;
  readLog(): Promise<string>;
  end(): Promise<number | null>;
}

/** Starts it by a kubeconfig, with its files in the folder, and waits until it is ready. */
export async function startBroker(folder: string, kubeconfig: string): Promise<StartedBroker> {
  const [port = 0, healthPort = 0] = await findFreePorts(2);
  const { certPem, keyPem, caPem } = await createTestCertificates(['127.0.0.1']);
  await writeFile(join(folder, 'tls.crt'), certPem);
  await writeFile(join(folder, 'tls.key'), keyPem);
  const config = join(folder, 'mayfly.yaml');
  const text = [
    `stateDir: ${join(folder, 'state')}`,
    `http: { listen: 127.0.0.1:${healthPort} }`,
    'log: { format: json, level: debug }',
    `kube: { kubeconfig: ${kubeconfig} }`,
    'broker:',
    `  url: ${brokerAudience}`,
    `  listen: 127.0.0.1:${port}`,
    `  certFile: ${join(folder, 'tls.crt')}`,
    `  keyFile: ${join(folder, 'tls.key')}`,
    '  drain: 0s',
  ];
  await writeFile(config, text.join('\n'));
  const logFile = join(folder, 'broker.log');
  const log = await open(logFile, 'a');
  const args = [join(root, 'src/main.ts'), 'broker', '--config', config];
  const env = { PATH: process.env['PATH'] };
  const child = spawn(process.execPath, args, { stdio: ['ignore', log.fd, log.fd], env });
  await log.close();
  const readLog = async (): Promise<string> => await readFile(logFile, 'utf8');
  await untilSlowly(async () => {
    if (child.exitCode !== null) throw new Error(await readLog());
    const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => null);
    return answer?.status === 200;
  });
  const agent = new Agent({ ca: caPem, keepAlive: true });
  return {
    readLog,
    exchange: async (body) => {
      const url = `https://127.0.0.1:${port}/v1/exchange`;
      const headers = { 'content-type': 'application/json' };
      const sent = sendHttps(url, { agent, method: 'POST', headers });
      const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
      sent.end(JSON.stringify(body));
      const [response] = await answered;
      return { status: response.statusCode ?? 0, body: await json(response) };
    },
    end: async () => {
      agent.destroy();
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
      return child.exitCode;
    },
  };
}
