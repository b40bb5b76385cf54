import { encodeText } from '../../format/utf8.ts';
import type { Digest } from '../../ports/digest.ts';
import type { ParsedToken } from './parse-token.ts';

/** For how long the same request with the same token is the same use: a retry. */
export const retryMs = 60_000;

/**
 * What the uses of a token are counted under: the TokenIssuer and `jti`, or the digest of what is signed. The signature is
 * left out: with ECDSA it has two forms, and whoever has one can make the other.
 */
export function renderReplayKey(
  issuer: string,
  { claims, signed }: ParsedToken,
  digest: Pick<Digest, 'sha256Hex'>,
): string {
  const { jti } = claims;
  if (typeof jti === 'string') return `${issuer}:jti:${jti}`;
  return `${issuer}:sha256:${digest.sha256Hex(encodeText(signed))}`;
}
