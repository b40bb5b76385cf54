import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { keys } from '#core/api/object.ts';
import { leaseSchema } from '#core/lease/lease-schema.ts';
import type { Digest } from '#core/ports/digest.ts';
import type { SecretRef } from '#core/ports/secret-sink.ts';
import { digestContent } from '#core/secret/value-digests.ts';
import { openSealedText, sealText } from '#platform/crypto/sealed-text.ts';

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

/** Four parts, where the digests of values have three: neither can pass for the other. */
function contextOf({ namespace, name }: SecretRef): readonly string[] {
  return [namespace, name, keys.lease, 'v1'];
}

/** Null for an annotation that this cluster's Mayfly did not write for this very Secret. */
export function openImprint(digest: Digest, ref: SecretRef, sealed: string): Imprint | null {
  const text = openSealedText(digest, contextOf(ref), sealed);
  if (text === null) return null;
  const imprint: unknown = JSON.parse(text);
  return Check(imprintSchema, imprint) ? imprint : null;
}

/** The annotations of Mayfly's own: the sealed imprint, and what of it people want to read. */
export function renderAnnotations(
  digest: Digest,
  ref: SecretRef,
  imprint: Imprint,
): Readonly<Record<string, string>> {
  const sealed = sealText(digest, contextOf(ref), JSON.stringify(imprint));
  return { ...renderReadable(digest, imprint), [keys.lease]: sealed };
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
