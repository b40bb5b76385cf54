import { X509Certificate } from 'node:crypto';
import type { Instant } from '#core/ports/time.ts';

/** A certificate as it was found. */
export interface ReadCertificate {
  readonly x509: X509Certificate;
  /** One block, with a line break at its end. */
  readonly pem: string;
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

const mostCertificates = 32;
const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,65536}-----END CERTIFICATE-----/gu;

/** The certificates of a text, in their order; null when one of them cannot be read, or when there is none. */
export function readCertificates(text: string): readonly ReadCertificate[] | null {
  const blocks = text.match(block) ?? [];
  const rest = text.replaceAll(block, '').trim();
  if (blocks.length === 0 || blocks.length > mostCertificates || rest !== '') return null;
  const certificates = blocks.map(readCertificate);
  return certificates.every((one) => one !== null) ? certificates : null;
}

function readCertificate(text: string): ReadCertificate | null {
  try {
    const x509 = new X509Certificate(text);
    const notBefore = Date.parse(x509.validFrom);
    const notAfter = Date.parse(x509.validTo);
    return { x509, pem: x509.toString(), notBefore, notAfter };
  } catch {
    // What is wrong with it would quote it.
    return null;
  }
}

export function isValidAt({ notBefore, notAfter }: ReadCertificate, now: Instant): boolean {
  return notBefore <= now && now < notAfter;
}

/** Whether one certificate vouches for another: by name and by signature. */
export function isIssuedBy(leaf: ReadCertificate, root: ReadCertificate): boolean {
  return leaf.x509.checkIssued(root.x509) && leaf.x509.verify(root.x509.publicKey);
}
