import { timingSafeEqual } from 'node:crypto';
import type { Digest } from '#core/ports/digest.ts';

const sealLength = 32;

/** A text behind a keyed seal and a dot. The context says what it is for and where it stands: it holds nowhere else. */
export function sealText(digest: Digest, context: readonly string[], text: string): string {
  return `${digest.valueDigest(context, Buffer.from(text))}.${text}`;
}

/** Null for what was not sealed under this cluster's key for this context. */
export function openSealedText(
  digest: Digest,
  context: readonly string[],
  sealed: string,
): string | null {
  const text = sealed.slice(sealLength + 1);
  const expected = Buffer.from(`${digest.valueDigest(context, Buffer.from(text))}.`);
  const found = Buffer.from(sealed.slice(0, sealLength + 1));
  return found.length === expected.length && timingSafeEqual(found, expected) ? text : null;
}
