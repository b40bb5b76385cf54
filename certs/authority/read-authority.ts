import { createError, type MayflyError } from '#core/errors/mayfly-error.ts';
import type { Instant } from '#core/ports/time.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { rootName } from '../x509/issue-certificate.ts';
import { isKeyOf, readKey } from '../x509/key-pair.ts';
import { isIssuedBy, readCertificates, type ReadCertificate } from '../x509/read-certificate.ts';
import type { Authority, CertifiedKey, RetiredRoots } from './authority.ts';

/** The names of the keys in the Secret. */
export const secretKeys = {
  leaf: { certificate: 'tls.crt', key: 'tls.key' },
  root: { certificate: 'root.crt', key: 'root.key' },
  next: { certificate: 'next-root.crt', key: 'next-root.key' },
  retired: { certificates: 'retired-roots.crt', until: 'retired-until' },
  bundle: 'ca.crt',
} as const;

/** The decoded values of the Secret, by their keys. The keys among them are taken over. */
export type SecretContent = ReadonlyMap<string, Uint8Array>;

export interface AuthorityReading {
  readonly authority: Authority;
  /** What is damaged; the rest is in use. */
  readonly problems: readonly MayflyError[];
}

export interface ReadingOptions {
  /** As messages name the Secret. */
  readonly secret: string;
  /** What the webhook configurations trust now: what was lost from the Secret is found there. */
  readonly published: readonly ReadCertificate[];
  /** Until when roots are trusted whose keys are found lost now. */
  readonly lostUntil: Instant;
}

/**
 * The authority as the Secret keeps it. What cannot be used is left out and told; a certificate of a root whose key is
 * there is found again among the published ones, and one whose key is lost is retired.
 */
export function readAuthority(content: SecretContent, options: ReadingOptions): AuthorityReading {
  const problems: MayflyError[] = [];
  const { secret } = options;
  function tell(key: string, problem: string): void {
    problems.push(createError('MAYFLY_CERTS_DAMAGED', { secret, key, problem }));
  }
  const root = readPair(content, secretKeys.root, { tell, known: options.published });
  const next = readPair(content, secretKeys.next, { tell, known: [] });
  const leaf = readPair(content, secretKeys.leaf, { tell, known: [] });
  const retired = readRetired(content, tell);
  const authority = { root: root.pair, next: next.pair, retired, leaf: leaf.pair };
  const lost = root.pair === null ? findLost(root.certificate, authority, options.published) : [];
  return { authority: retire(authority, lost, options.lostUntil), problems };
}

/** The authority with more roots that only vouch for what they have signed already. */
export function retire(
  authority: Authority,
  certificates: readonly ReadCertificate[],
  until: Instant,
): Authority {
  if (certificates.length === 0) return authority;
  const { retired } = authority;
  const all = [...(retired?.certificates ?? []), ...certificates];
  const different = [...new Map(all.map((one) => [one.pem, one])).values()];
  return {
    ...authority,
    retired: { certificates: different, until: Math.max(until, retired?.until ?? until) },
  };
}

interface PairNames {
  readonly certificate: string;
  readonly key: string;
}

interface PairReading {
  readonly pair: CertifiedKey | null;
  /** Also without its key. */
  readonly certificate: ReadCertificate | null;
}

interface PairOptions {
  readonly tell: (key: string, problem: string) => void;
  /** Where the certificate of a key may be found that lost its own. */
  readonly known: readonly ReadCertificate[];
}

function readPair(
  content: SecretContent,
  names: PairNames,
  { tell, known }: PairOptions,
): PairReading {
  if (isEmpty(content, names)) return { pair: null, certificate: null };
  const key = SecretBytes.take(readBytes(content, names.key));
  const own = readFirst(readText(content, names.certificate));
  if (own === null) tell(names.certificate, 'holds no certificate');
  const problem = findKeyProblem(key, own);
  if (problem !== null) tell(names.key, problem);
  const certificate = own ?? findKnown(key, known);
  if (problem === null && certificate !== null) return { pair: { certificate, key }, certificate };
  key.wipe();
  return { pair: null, certificate };
}

function findKnown(key: SecretBytes, known: readonly ReadCertificate[]): ReadCertificate | null {
  return known.find((one) => isKeyOf(key, one)) ?? null;
}

/** The first certificate of a text. */
function readFirst(text: string): ReadCertificate | null {
  return readCertificates(text)?.[0] ?? null;
}

function isEmpty(content: SecretContent, names: PairNames): boolean {
  return [names.certificate, names.key].every((name) => readBytes(content, name).length === 0);
}

function findKeyProblem(key: SecretBytes, certificate: ReadCertificate | null): string | null {
  if (readKey(key) === null) return 'holds no key';
  if (certificate === null || isKeyOf(key, certificate)) return null;
  return 'is not the key of its certificate';
}

function readRetired(content: SecretContent, tell: PairOptions['tell']): RetiredRoots | null {
  const { certificates: key, until: untilKey } = secretKeys.retired;
  const text = readText(content, key);
  if (text === '') return null;
  const certificates = readCertificates(text);
  const until = Date.parse(readText(content, untilKey));
  if (certificates === null) tell(key, 'holds no certificates');
  if (Number.isNaN(until)) tell(untilKey, 'holds no instant');
  return certificates === null || Number.isNaN(until) ? null : { certificates, until };
}

/** The certificate that lost its key, or, where the Secret lost that too, the roots of ours that are published. */
function findLost(
  certificate: ReadCertificate | null,
  { next, retired }: Authority,
  published: readonly ReadCertificate[],
): readonly ReadCertificate[] {
  if (certificate !== null) return [certificate];
  const known = new Set(retired?.certificates.map(({ pem }) => pem));
  if (next !== null) known.add(next.certificate.pem);
  return published.filter((one) => isOwnRoot(one) && !known.has(one.pem));
}

function isOwnRoot(certificate: ReadCertificate): boolean {
  const { x509 } = certificate;
  const isNamed = x509.subject.startsWith(`CN=${rootName} `);
  return isNamed && x509.ca && isIssuedBy(certificate, certificate);
}

function readText(content: SecretContent, key: string): string {
  return Buffer.from(readBytes(content, key)).toString('utf8');
}

function readBytes(content: SecretContent, key: string): Uint8Array {
  return content.get(key) ?? new Uint8Array();
}
