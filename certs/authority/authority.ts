import type { Instant } from '#core/ports/time.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { ReadCertificate } from '../x509/read-certificate.ts';

/** A certificate and its own key. */
export interface CertifiedKey {
  readonly certificate: ReadCertificate;
  readonly key: SecretBytes;
}

/** Roots whose keys are gone, and whose leaves may still be served. */
export interface RetiredRoots {
  readonly certificates: readonly ReadCertificate[];
  readonly until: Instant;
}

/** All that is kept in the one Secret. */
export interface Authority {
  /** Signs leaves; null before there is one, and when its key was lost. */
  readonly root: CertifiedKey | null;
  /** Will sign leaves once every API server trusts it. */
  readonly next: CertifiedKey | null;
  readonly retired: RetiredRoots | null;
  /** What the webhook serves. */
  readonly leaf: CertifiedKey | null;
}

export interface AuthorityOptions {
  /** The host names of the webhook. */
  readonly names: readonly string[];
  readonly leafMs: number;
  readonly rootMs: number;
  /** How long a root is published before it signs: what the slowest API server may take to learn of it. */
  readonly settleMs: number;
}

/** Roots are valid from before they were made, so that no clock that is behind refuses them. */
export const rootBackdateMs = 24 * 3_600_000;
export const leafBackdateMs = 3_600_000;

const renewAfter = 2 / 3;
const spread = 0.1;

/** Everything that API servers are to trust, in PEM; empty before there is anything. */
export function renderBundle({ root, next, retired }: Authority): string {
  const current = [root, next].flatMap((one) => (one === null ? [] : [one.certificate]));
  const pems = [...current, ...(retired?.certificates ?? [])].map(({ pem }) => pem);
  return [...new Set(pems)].join('');
}

/**
 * When a certificate is to be renewed: at two thirds of its life or a little before. How much before follows from its
 * serial number, so that every process says the same.
 */
export function decideRenewal(
  { notBefore, notAfter, x509 }: ReadCertificate,
  backdateMs: number,
): Instant {
  const issuedAt = Math.min(notBefore + backdateMs, notAfter);
  const fraction = Number.parseInt(x509.serialNumber.slice(-8), 16) / 2 ** 32;
  return Math.floor(issuedAt + (notAfter - issuedAt) * renewAfter * (1 - spread * fraction));
}
