import { once } from 'node:events';
import { connect, createServer } from 'node:tls';
import { expect, it } from '@jest/globals';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { issueLeaf, issueRoot } from '../../../../certs/x509/issue-certificate.ts';
import { createKey, readKey } from '../../../../certs/x509/key-pair.ts';
import { hasNameConstraints } from '../../../../certs/x509/name-constraints.ts';
import { readCertificates, type ReadCertificate } from '../../../../certs/x509/read-certificate.ts';

const random = createSystemRandom();
const host = 'mayfly-webhook.mayfly-system.svc';
const anHour = 3_600_000;
const refused = 'permitted subtree violation';
/** What judges certificates here goes by the clock of this machine. */
const now = Date.now();
const period = { notBefore: now - anHour, notAfter: now + anHour };

interface Issued {
  readonly root: string;
  readonly leaf: string;
  readonly leafKey: string;
}

async function issue(names: readonly string[]): Promise<Issued> {
  const rootKey = readKey(await createKey());
  const secret = await createKey();
  const leafKey = readKey(secret);
  if (rootKey === null || leafKey === null) throw new Error('keys can be read');
  const root = issueRoot({ key: rootKey, names: [host], ...period }, random);
  const issuer = { certificate: readOne(root).x509.raw, key: rootKey };
  const leaf = issueLeaf({ issuer, key: leafKey, names, ...period }, random);
  return { root, leaf, leafKey: Buffer.from(secret.expose()).toString() };
}

async function connectTo({ root, leaf, leafKey }: Issued, servername: string): Promise<string> {
  const server = createServer({ cert: leaf, key: leafKey }, (socket) => socket.end());
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const socket = connect({ host: '127.0.0.1', port, servername, ca: root });
  const result = await new Promise<string>((resolve) => {
    socket.once('secureConnect', () => resolve('trusted'));
    socket.once('error', (error: Error) => resolve(error.message));
  });
  socket.destroy();
  server.close();
  return result;
}

it('a leaf for the name of the webhook is trusted by its root', async () => {
  expect(await connectTo(await issue([host]), host)).toBe('trusted');
});

it.each(['kubernetes.default.svc', 'other.mayfly-system.svc', 'svc', '*.mayfly-system.svc'])(
  'a leaf for %s is refused though the root has signed it',
  async (name) => {
    const servername = name.replace('*', 'other');
    expect(await connectTo(await issue([name]), servername)).toBe(refused);
  },
);

it('a leaf that is for the webhook and for another is refused whole', async () => {
  expect(await connectTo(await issue([host, 'kubernetes.default.svc']), host)).toBe(refused);
});

/** The first certificate of a text that has one. */
function readOne(text: string): ReadCertificate {
  const [certificate] = readCertificates(text) ?? [];
  if (certificate === undefined) throw new Error('there is a certificate');
  return certificate;
}

it('a root is an authority over leaves alone, and says for which names', async () => {
  const issued = await issue([host]);
  const root = readOne(issued.root).x509;
  const leaf = readOne(issued.leaf).x509;
  expect([root.ca, leaf.ca]).toEqual([true, false]);
  expect(leaf.subjectAltName).toBe(`DNS:${host}`);
  expect(hasNameConstraints(root.raw, [host])).toBe(true);
  expect(hasNameConstraints(root.raw, [host, 'other.svc'])).toBe(false);
  expect(hasNameConstraints(leaf.raw, [host])).toBe(false);
});

it.each([
  ['nothing', ''],
  ['no certificate', 'words'],
  ['a certificate that is none', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
])('%s is read as none', (_, text) => {
  expect(readCertificates(text)).toBeNull();
});

it('a certificate with something beside it is not read, nor are very many', async () => {
  const { root } = await issue([host]);
  expect(readCertificates(`${root}${root}`)).toHaveLength(2);
  expect(readCertificates(`${root}words`)).toBeNull();
  expect(readCertificates(root.repeat(33))).toBeNull();
});
