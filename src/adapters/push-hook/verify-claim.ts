import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createError } from '#core/errors/mayfly-error.ts';
import type { PushHookClaim } from '#core/git/push-hook.ts';

/**
 * Whether the claim proves knowledge of the secret. The body is read to its end, piece by piece, in every case; the
 * comparison takes the same time wherever it differs. Throws `exceeded` when the body is over `maxBytes`.
 */
export async function verifyClaim(
  claim: PushHookClaim | null,
  secret: Uint8Array,
  body: { readonly stream: Readable; readonly maxBytes: number },
): Promise<boolean> {
  const expected = createHmac('sha256', secret);
  let size = 0;
  for await (const chunk of body.stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > body.maxBytes)
      throw createError('MAYFLY_GIT_HOOK_TOO_LARGE', { limit: body.maxBytes });
    expected.update(chunk);
  }
  const digest = expected.digest();
  if (claim === null) return false;
  return claim.kind === 'hmac'
    ? timingSafeEqual(Buffer.from(claim.hex, 'hex'), digest)
    : isSame(Buffer.from(claim.token, 'latin1'), secret);
}

/** Values of different lengths are compared by digests under a key that nobody knows. */
function isSame(left: Uint8Array, right: Uint8Array): boolean {
  const key = randomBytes(32);
  const [one, other] = [left, right].map((bytes) =>
    createHmac('sha256', key).update(bytes).digest(),
  );
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
