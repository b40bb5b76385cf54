import type { Claims } from '#core/identity/identity.ts';
import { parseStrictJson } from '#core/identity/token/parse-strict-json.ts';
import { parseToken } from '#core/identity/token/parse-token.ts';

/**
 * The claims of a token that somebody pasted, or claims as JSON. The signature is not looked at. Throws
 * `MAYFLY_TOKEN_MALFORMED`, with nothing of the text in it.
 */
export function readClaims(bytes: Uint8Array): Claims {
  const text = new TextDecoder().decode(bytes).trim();
  const claims = text.startsWith('{') ? parseStrictJson(new TextEncoder().encode(text)) : null;
  return claims ?? parseToken(new TextEncoder().encode(text)).claims;
}
