import { createHash, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
} from '@peculiar/asn1-x509';
import type { Instant, Random } from '#core/ports/time.ts';
import { renderNameConstraints } from './name-constraints.ts';

/** The subject of every root of ours begins with this; its serial number makes it unique. */
export const rootName = 'Mayfly webhook authority';

const commonName = '2.5.4.3';
/** RFC 5758, 3.2. */
const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const serialBytes = 16;

export interface RootRequest {
  readonly key: KeyObject;
  /** The host names that it may vouch for. */
  readonly names: readonly string[];
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

export interface LeafRequest extends Omit<RootRequest, 'key'> {
  /** The key of the leaf itself. */
  readonly key: KeyObject;
  readonly issuer: { readonly certificate: Uint8Array; readonly key: KeyObject };
}

/** A root that signs itself, in PEM: for servers of these names, and for no further authority. */
export function issueRoot(
  { key, names, notBefore, notAfter }: RootRequest,
  random: Random,
): string {
  const serial = createSerial(random);
  const name = renderName(`${rootName} ${Buffer.from(serial).toString('hex').slice(0, 8)}`);
  const { spki, keyId } = describeKey(key);
  const { keyCertSign, cRLSign } = KeyUsageFlags;
  const extensions = [
    extend(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
    extend(id_ce_keyUsage, new KeyUsage(keyCertSign | cRLSign), true),
    extend(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyId)),
    extendRaw(id_ce_nameConstraints, renderNameConstraints(names), true),
  ];
  const validity = renderValidity({ notBefore, notAfter });
  const parts = { serialNumber: serial, issuer: name, subject: name, validity, extensions };
  return signCertificate({ ...parts, subjectPublicKeyInfo: spki }, key);
}

/** A certificate for a server of these names, in PEM. */
export function issueLeaf({ issuer, key, names, ...period }: LeafRequest, random: Random): string {
  const { subject } = AsnConvert.parse(issuer.certificate, Certificate).tbsCertificate;
  const { keyId: issuerKeyId } = describeKey(issuer.key);
  const { spki, keyId } = describeKey(key);
  const hosts = names.map((dNSName) => new GeneralName({ dNSName }));
  const authority = new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(issuerKeyId) });
  const extensions = [
    extend(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
    extend(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
    extend(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
    extend(id_ce_subjectAltName, new SubjectAlternativeName(hosts), true),
    extend(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyId)),
    extend(id_ce_authorityKeyIdentifier, authority),
  ];
  const parts = {
    serialNumber: createSerial(random),
    issuer: subject,
    // Names of servers are looked for in the extension alone, and a common name has but 64 characters.
    subject: new Name(),
    validity: renderValidity(period),
    subjectPublicKeyInfo: spki,
    extensions,
  };
  return signCertificate(parts, issuer.key);
}

type Parts = Pick<
  TBSCertificate,
  'serialNumber' | 'issuer' | 'subject' | 'validity' | 'subjectPublicKeyInfo'
> & { readonly extensions: readonly Extension[] };

function signCertificate({ extensions, ...parts }: Parts, key: KeyObject): string {
  const signatureAlgorithm = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    signature: signatureAlgorithm,
    ...parts,
    extensions: new Extensions([...extensions]),
  });
  const content = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const signatureValue = toArrayBuffer(sign('sha256', content, key));
  const der = AsnConvert.serialize(
    new Certificate({ tbsCertificate, signatureAlgorithm, signatureValue }),
  );
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/gu) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** RFC 5280, 4.1.2.2: positive, and of at most 20 bytes. */
function createSerial(random: Random): ArrayBuffer {
  const bytes = random.bytes(serialBytes);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return toArrayBuffer(bytes);
}

/** The public part of a key, and its name as of RFC 7093, 2: the first 160 bits of a SHA-256. */
function describeKey(key: KeyObject): {
  readonly spki: SubjectPublicKeyInfo;
  readonly keyId: ArrayBuffer;
} {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const spki = AsnConvert.parse(der, SubjectPublicKeyInfo);
  const digest = createHash('sha256').update(Buffer.from(spki.subjectPublicKey)).digest();
  return { spki, keyId: toArrayBuffer(digest.subarray(0, 20)) };
}

function renderName(text: string): Name {
  const value = new AttributeValue({ utf8String: text });
  const attribute = new AttributeTypeAndValue({ type: commonName, value });
  return new Name([new RelativeDistinguishedName([attribute])]);
}

function renderValidity({
  notBefore,
  notAfter,
}: Pick<RootRequest, 'notBefore' | 'notAfter'>): Validity {
  return new Validity({ notBefore: new Date(notBefore), notAfter: new Date(notAfter) });
}

function extend(id: string, value: object, critical = false): Extension {
  return extendRaw(id, AsnConvert.serialize(value), critical);
}

function extendRaw(extnID: string, value: ArrayBuffer, critical: boolean): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(value) });
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
