import { parseStrictJson } from '../token/parse-strict-json.ts';

export type ParsedDiscovery =
  | { readonly kind: 'valid'; readonly keysUrl: string }
  /** The problem in words that follow "its discovery document"; it quotes nothing. */
  | { readonly kind: 'invalid'; readonly problem: string };

/** Where the discovery document of an issuer is: {@link https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig}. */
export function renderDiscoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/u, '')}/.well-known/openid-configuration`;
}

/**
 * Reads where the keys are. The document has to be of this very issuer, letter for letter, and name an https address at
 * the origin of the issuer or at one of the others that are allowed.
 */
export function parseDiscovery(
  bytes: Uint8Array,
  issuer: string,
  origins: readonly string[],
): ParsedDiscovery {
  const document = parseStrictJson(bytes);
  if (document === null) return invalid('is no JSON object of distinct members');
  if (document['issuer'] !== issuer) return invalid('is of another issuer');
  const url = parseHttps(document['jwks_uri']);
  if (url === null) return invalid('names no https address of keys');
  return [new URL(issuer).origin, ...origins].includes(url.origin)
    ? { kind: 'valid', keysUrl: url.href }
    : invalid('names keys at an origin that keyOrigins does not');
}

function parseHttps(text: unknown): URL | null {
  const url = typeof text === 'string' ? URL.parse(text) : null;
  if (url?.protocol !== 'https:') return null;
  return url.username === '' && url.password === '' ? url : null;
}

function invalid(problem: string): ParsedDiscovery {
  return { kind: 'invalid', problem };
}
