import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import {
  createTestCertificates,
  type TestCertificates,
} from '#test/support/git-server/create-test-certificates.ts';
import { startRole, type RoleOptions, type RunningRole } from '#test/support/stage/start-role.ts';
import { untilSlowly } from '#test/support/until.ts';

/** `mayfly webhook` as a process of its own. */
export interface RunningWebhook extends RunningRole {
  /** Where it answers reviews. */
  readonly port: number;
  readonly caPem: string;
  isReady(): Promise<boolean>;
  readMetrics(): Promise<string>;
  /** Puts another certificate in place of the one before. */
  replaceCertificates(certificates: TestCertificates): Promise<void>;
}

export interface WebhookOptions extends Omit<RoleOptions, 'name'> {
  /** More lines of its section of the configuration. */
  readonly lines?: readonly string[];
  readonly port?: number;
  readonly certificates?: TestCertificates;
}

export const agentImage = 'registry.test/mayfly-agent:1';

/** Starts it and waits until it is ready. */
export async function startWebhook(options: WebhookOptions): Promise<RunningWebhook> {
  const { folder, lines = [] } = options;
  const port = options.port ?? (await findFreePorts(1))[0] ?? 0;
  const certificates = options.certificates ?? (await createTestCertificates(['127.0.0.1']));
  await writePair(folder, certificates);
  const section = [
    'webhook:',
    `  listen: 127.0.0.1:${port}`,
    `  certFile: ${join(folder, 'tls.crt')}`,
    `  keyFile: ${join(folder, 'tls.key')}`,
    `  agent: { image: '${agentImage}' }`,
    ...lines.map((line) => `  ${line}`),
  ];
  const role = await startRole('webhook', { ...options, lines: section });
  const url = `http://127.0.0.1:${role.port}`;
  const started: RunningWebhook = {
    ...role,
    port,
    caPem: certificates.caPem,
    isReady: async () => (await fetchOrNull(`${url}/readyz`))?.status === 200,
    readMetrics: async () => (await (await fetchOrNull(`${url}/metrics`))?.text()) ?? '',
    replaceCertificates: async (next) => await writePair(folder, next),
  };
  await untilSlowly(async () => {
    if (role.child.exitCode !== null) throw new Error(await started.readLog());
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
