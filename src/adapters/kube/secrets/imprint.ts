import { timingSafeEqual } from 'node:crypto';
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { keys } from '#core/api/object.ts';
import { leaseSchema } from '#core/lease/lease-schema.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { SecretRef } from '#core/ports/secret-sink.ts';
import { digestContent } from '#core/secret/value-digests.ts';

const textMap = Type.Record(Type.String(), Type.String());
const strict = { additionalProperties: false } as const;

const imprintSchema = Type.Object(
  {
    lease: leaseSchema,
    /** What was written beside the values. */
    shape: Type.Object({ type: Type.String(), labels: textMap, annotations: textMap }, strict),
  },
  strict,
);

/** All that has to be known of a Secret as it was written, but for its values: their digests are in the lease. */
export type Imprint = Static<typeof imprintSchema>;

/** Part of what the seal is bound to: another format gets another purpose. */
const purpose = 'mayfly.dev/lease/v1';
const sealLength = 32;

/**
 * The annotation that a lease is read back from: a seal, a dot, and JSON. The seal is keyed and bound to namespace and
 * name, so nobody but Mayfly can write one, and it holds for no other Secret.
 */
export function sealImprint(digest: Digest, ref: SecretRef, imprint: Imprint): string {
  const text = JSON.stringify(imprint);
  return `${sealOf(digest, ref, text)}.${text}`;
}

/** Null for an annotation that this cluster's Mayfly did not write for this very Secret. */
export function openImprint(digest: Digest, ref: SecretRef, sealed: string): Imprint | null {
  const text = sealed.slice(sealLength + 1);
  const expected = Buffer.from(`${sealOf(digest, ref, text)}.`);
  const found = Buffer.from(sealed.slice(0, sealLength + 1));
  if (found.length !== expected.length || !timingSafeEqual(found, expected)) return null;
  const imprint: unknown = JSON.parse(text);
  return Check(imprintSchema, imprint) ? imprint : null;
}

/** Four parts, where the digests of values have three: neither can pass for the other. */
function sealOf(digest: Digest, { namespace, name }: SecretRef, text: string): string {
  return digest.valueDigest([namespace, name, keys.lease, purpose], Buffer.from(text));
}

/** The annotations of Mayfly's own: the sealed lease, and what of it people want to read. */
export function renderAnnotations(
  digest: Digest,
  ref: SecretRef,
  imprint: Imprint,
): Readonly<Record<string, string>> {
  return { ...renderReadable(digest, imprint), [keys.lease]: sealImprint(digest, ref, imprint) };
}

/** Nothing is read back from these, but a change of them by hand is drift. */
export function renderReadable(
  digest: Digest,
  { lease }: Imprint,
): Readonly<Record<string, string>> {
  return {
    [keys.expiresAt]: new Date(lease.expiresAt).toISOString(),
    [keys.issuedAt]: new Date(lease.issuedAt).toISOString(),
    [keys.revision]: lease.revision,
    [keys.source]: `${lease.owner.kind}/${lease.owner.name}`,
    [keys.path]: lease.path,
    [keys.digest]: digestContent(digest, lease.digests),
  };
}

export const ownAnnotations: readonly string[] = [
  keys.expiresAt,
  keys.issuedAt,
  keys.revision,
  keys.source,
  keys.path,
  keys.digest,
  keys.lease,
];
