import { webcrypto } from 'node:crypto';
import './reflect-metadata.ts';

/** A serving certificate and the CA that signed it, as PEM. */
export interface TestCertificates {
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const day = 24 * 60 * 60 * 1000;

/** Makes a CA and a certificate for these host names and addresses, valid from yesterday until next week. */
export async function createTestCertificates(hosts: readonly string[]): Promise<TestCertificates> {
  const provider = webcrypto;
  // Not imported above: a test runner evaluates such packages before the polyfill has run.
  const x509 = await import('@peculiar/x509');
  const caKeys = await provider.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const keys = await provider.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const validity = {
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 7 * day),
  };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=Test CA',
    ...validity,
    signingAlgorithm: algorithm,
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: '02',
    subject: `CN=${hosts[0] ?? 'localhost'}`,
    issuer: ca.subject,
    ...validity,
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: /^[0-9.]+$|:/u.test(host) ? 'ip' : 'dns', value: host })),
      ),
    ],
  });
  const pkcs8 = Buffer.from(await provider.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    caPem: ca.toString('pem'),
    certPem: leaf.toString('pem'),
    keyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
  };
}
