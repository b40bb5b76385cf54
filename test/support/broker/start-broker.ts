import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseAuditLine, type AuditRecord } from '#core/audit/audit-record.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';
import { findFreePorts } from '#test/support/cluster/servers/find-free-ports.ts';
import type { TestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { brokerAudience } from '#test/support/issuer/real-claims.ts';
import { startRole, type RunningRole } from '#test/support/stage/start-role.ts';
import { untilSlowly } from '#test/support/until.ts';

export interface ProgramAnswer {
  /** 0 when nobody answered. */
  readonly status: number;
  readonly body: unknown;
}

export interface ProgramAsked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** `mayfly broker` as a process of its own, which shares what it remembers of tokens with others. */
export interface BrokerProgram extends RunningRole {
  send(path: string, asked?: ProgramAsked): Promise<ProgramAnswer>;
  /** What its audit log has, as it lies on disk. */
  readAudit(): Promise<readonly AuditRecord[]>;
}

export interface BrokerProgramOptions {
  readonly folder: string;
  readonly name: string;
  readonly kubeconfig: string;
  readonly certificates: TestCertificates;
  /** Where the Valkey is. */
  readonly valkeyPort: number;
}

/** Starts it, with a state folder of its own, and waits until it is ready. */
export async function startBroker(options: BrokerProgramOptions): Promise<BrokerProgram> {
  const { name, kubeconfig, certificates, valkeyPort } = options;
  const folder = join(options.folder, name);
  const [port = 0] = await findFreePorts(1);
  await mkdir(folder);
  await writeFile(join(folder, 'tls.crt'), certificates.certPem);
  await writeFile(join(folder, 'tls.key'), certificates.keyPem, { mode: 0o600 });
  const lines = [
    `stateDir: ${join(folder, 'state')}`,
    'broker:',
    `  url: '${brokerAudience}'`,
    `  listen: 127.0.0.1:${port}`,
    `  certFile: ${join(folder, 'tls.crt')}`,
    `  keyFile: ${join(folder, 'tls.key')}`,
    '  drain: 1s',
    `  replay: { kind: valkey, valkey: { server: '127.0.0.1:${valkeyPort}', tls: false } }`,
  ];
  const role = await startRole('broker', { folder, kubeconfig, lines });
  await untilSlowly(async () => {
    if (role.child.exitCode !== null) throw new Error(await role.readLog());
    return await isReady(role.port);
  });
  const place = { port, caPem: certificates.caPem };
  return {
    ...role,
    send: async (path, asked = {}) => await send(place, path, asked),
    readAudit: async () => await readRecords(join(folder, 'state/audit')),
  };

  async function isReady(healthPort: number): Promise<boolean> {
    const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => null);
    return answer?.status === 200;
  }
}

async function send(
  { port, caPem }: { readonly port: number; readonly caPem: string },
  path: string,
  { method = 'POST', headers = {}, body }: ProgramAsked,
): Promise<ProgramAnswer> {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const place = { host: '127.0.0.1', port, path, ca: caPem, agent: false };
  const outgoing = request({ ...place, method, headers: { ...type, ...headers } });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.on('response', resolve);
      outgoing.on('error', reject);
    });
    const content = await text(answer);
    const parsed: unknown = content === '' ? null : JSON.parse(content);
    return { status: answer.statusCode ?? 0, body: parsed };
  } catch (error) {
    return { status: 0, body: String(error) };
  }
}

async function readRecords(folder: string): Promise<readonly AuditRecord[]> {
  const names = (await readdir(folder)).toSorted();
  const files = names.map(async (name) => await readFile(join(folder, name), 'utf8'));
  const lines = (await Promise.all(files)).join('').split('\n').filter(Boolean);
  return lines.flatMap((line) => parseAuditLine(line, plainDigest)?.record ?? []);
}
