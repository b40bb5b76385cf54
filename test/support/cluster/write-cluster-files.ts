import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import type { ClusterOptions, ClusterUser } from './create-cluster.ts';
import { findFreePorts } from './servers/find-free-ports.ts';

/** What is known of a cluster before it runs, written to its folder. */
export interface ClusterFiles {
  readonly folder: string;
  readonly port: number;
  readonly etcdPort: number;
  readonly etcdPeerPort: number;
  readonly url: string;
  readonly caPem: string;
  readonly serving: { readonly certPem: string; readonly keyPem: string };
  readonly auditLogFile: string;
  tokenOf(user?: string): string;
  writeKubeconfig(user?: string, url?: string): Promise<string>;
}

/** What pods know as the API server: the first of the addresses of services. */
const firstServiceAddress = '10.0.0.1';

const admin: ClusterUser = { name: 'admin', groups: ['system:masters'] };

const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'Metadata', resources: [{ group: '', resources: ['secrets'] }] },
    { level: 'RequestResponse' },
  ],
};

/** Writes certificates, keys, tokens and the audit policy. Kubernetes reads JSON where it reads YAML. */
export async function writeClusterFiles(
  folder: string,
  options: ClusterOptions,
): Promise<ClusterFiles> {
  const address = options.network?.address ?? '127.0.0.1';
  const names = new Set(['localhost', '127.0.0.1', '::1', address, firstServiceAddress]);
  const certificates = await createTestCertificates([...names]);
  const [port = 0, etcdPort = 0, etcdPeerPort = 0] = await findFreePorts(3);
  const users = [admin, ...(options.users ?? []).map(asUser)];
  const tokens = new Map(users.map(({ name }) => [name, randomBytes(16).toString('hex')]));
  const serviceAccounts = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const contents = {
    'ca.crt': certificates.caPem,
    'serving.crt': certificates.certPem,
    'serving.key': certificates.keyPem,
    'service-accounts.pub': serviceAccounts.publicKey,
    'service-accounts.key': serviceAccounts.privateKey,
    'tokens.csv': users.map((user) => renderTokenLine(user, tokens)).join(''),
    'audit-policy.json': JSON.stringify(auditPolicy),
  };
  for (const [name, content] of Object.entries(contents)) {
    await writeFile(join(folder, name), content, { mode: 0o600 });
  }
  const url = `https://${address}:${port}`;
  const tokenOf = (user = 'admin'): string => findToken(tokens, user);
  return {
    folder,
    port,
    etcdPort,
    etcdPeerPort,
    url,
    tokenOf,
    caPem: certificates.caPem,
    serving: { certPem: certificates.certPem, keyPem: certificates.keyPem },
    auditLogFile: join(folder, 'audit.log'),
    writeKubeconfig: async (user = 'admin', server = url) => {
      const path = join(
        folder,
        `${user.replaceAll(/[^\w.-]/gu, '-')}-${new URL(server).port}.conf`,
      );
      const kubeconfig = renderKubeconfig({ server, caPem: certificates.caPem }, tokenOf(user));
      await writeFile(path, kubeconfig, { mode: 0o600 });
      return path;
    },
  };
}

function asUser(user: string | ClusterUser): ClusterUser {
  return typeof user === 'string' ? { name: user } : user;
}

function renderTokenLine(user: ClusterUser, tokens: ReadonlyMap<string, string>): string {
  const groups = (user.groups ?? []).join(',');
  return `${findToken(tokens, user.name)},${user.name},${user.name},"${groups}"\n`;
}

function findToken(tokens: ReadonlyMap<string, string>, user: string): string {
  const token = tokens.get(user);
  if (token === undefined) throw new Error(`the cluster was created without the user ${user}`);
  return token;
}

function renderKubeconfig(
  { server, caPem }: { readonly server: string; readonly caPem: string },
  token: string,
): string {
  const ca = Buffer.from(caPem).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': ca } }],
    users: [{ name: 'test', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });
}
