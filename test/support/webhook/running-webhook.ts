import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '#test/support/arch/source-files.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import {
  createTestCertificates,
  type TestCertificates,
} from '#test/support/git-server/create-test-certificates.ts';
import { untilSlowly } from '#test/support/until.ts';

/** `mayfly webhook` as a process of its own. */
export interface RunningWebhook {
  readonly child: ChildProcess;
  readonly port: number;
  readonly healthPort: number;
  readonly caPem: string;
  isReady(): Promise<boolean>;
  readLog(): Promise<string>;
  readMetrics(): Promise<string>;
  /** Puts another certificate in place of the one before. */
  replaceCertificates(certificates: TestCertificates): Promise<void>;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface WebhookOptions {
  /** For its files; its own. */
  readonly folder: string;
  readonly kubeconfig: string;
  /** More lines of the configuration. */
  readonly lines?: readonly string[];
  readonly port?: number;
  readonly certificates?: TestCertificates;
  /** What `node` is given before the role; default: the sources. */
  readonly command?: readonly string[];
  /** More variables. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default: debug. */
  readonly logLevel?: string;
}

export const agentImage = 'registry.test/mayfly-agent:1';

/** Starts it and waits until it is ready. */
export async function startWebhook(options: WebhookOptions): Promise<RunningWebhook> {
  const { folder, kubeconfig, lines = [] } = options;
  const [free = 0, healthPort = 0] = await findFreePorts(2);
  const port = options.port ?? free;
  const certificates = options.certificates ?? (await createTestCertificates(['127.0.0.1']));
  await writePair(folder, certificates);
  const config = join(folder, 'mayfly.yaml');
  const text = [
    `http: { listen: 127.0.0.1:${healthPort} }`,
    `log: { format: json, level: ${options.logLevel ?? 'debug'} }`,
    `kube: { kubeconfig: ${kubeconfig} }`,
    'webhook:',
    `  listen: 127.0.0.1:${port}`,
    `  certFile: ${join(folder, 'tls.crt')}`,
    `  keyFile: ${join(folder, 'tls.key')}`,
    `  agent: { image: '${agentImage}' }`,
    ...lines.map((line) => `  ${line}`),
  ];
  await writeFile(config, text.join('\n'));
  const logFile = join(folder, 'webhook.log');
  const log = await open(logFile, 'a');
  const { command = [join(root, 'src/main.ts')] } = options;
  const args = [...command, 'webhook', '--config', config];
  const env = { PATH: process.env['PATH'], ...options.env };
  const child = spawn(process.execPath, args, { stdio: ['ignore', log.fd, log.fd], env });
  await log.close();
  const url = `http://127.0.0.1:${healthPort}`;
  const started: RunningWebhook = {
    child,
    port,
    healthPort,
    caPem: certificates.caPem,
    isReady: async () => (await fetchOrNull(`${url}/readyz`))?.status === 200,
    readLog: async () => await readFile(logFile, 'utf8'),
    readMetrics: async () => (await (await fetchOrNull(`${url}/metrics`))?.text()) ?? '',
    replaceCertificates: async (next) => await writePair(folder, next),
    async end(signal): Promise<number | null> {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exit = once(child, 'exit');
      child.kill(signal);
      await exit;
      return child.exitCode;
    },
  };
  await untilSlowly(async () => {
    if (child.exitCode !== null) throw new Error(await started.readLog());
    return await started.isReady();
  });
  return started;
}

/** Each file at once, the two of them one after the other, as whoever writes files does. */
async function writePair(folder: string, { certPem, keyPem }: TestCertificates): Promise<void> {
  for (const [name, content] of [
    ['tls.crt', certPem],
    ['tls.key', keyPem],
  ] as const) {
    await writeFile(join(folder, `${name}.next`), content, { mode: 0o600 });
    await rename(join(folder, `${name}.next`), join(folder, name));
  }
}

async function fetchOrNull(url: string): Promise<Response | null> {
  try {
    return await fetch(url);
  } catch {
    return null;
  }
}
