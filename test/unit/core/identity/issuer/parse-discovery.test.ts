import { describe, expect, it } from '@jest/globals';
import { parseDiscovery, renderDiscoveryUrl } from '#core/identity/issuer/parse-discovery.ts';

const issuer = 'https://id.example.org/tenant/';
const keysUrl = 'https://id.example.org/keys?v=1';

function parse(document: unknown, origins: readonly string[] = []): string {
  const parsed = parseDiscovery(Buffer.from(JSON.stringify(document)), issuer, origins);
  return parsed.kind === 'valid' ? parsed.keysUrl : parsed.problem;
}

describe('a discovery document', () => {
  it('is below its issuer, with and without a slash at the end', () => {
    const url = 'https://id.example.org/tenant/.well-known/openid-configuration';
    expect(renderDiscoveryUrl(issuer)).toBe(url);
    expect(renderDiscoveryUrl(issuer.slice(0, -1))).toBe(url);
  });

  it('says where the keys are', () => {
    expect(parse({ issuer, jwks_uri: keysUrl })).toBe(keysUrl);
  });

  it.each(['https://id.example.org/tenant', 'https://ID.example.org/tenant/', '', undefined, 7])(
    'is not taken from the issuer %s',
    (other) => {
      expect(parse({ issuer: other, jwks_uri: keysUrl })).toBe('is of another issuer');
    },
  );

  // Attack 15.
  it.each([
    'http://id.example.org/keys',
    'file:///etc/passwd',
    'https://user:secret@id.example.org/keys',
    '/keys',
    undefined,
    ['https://id.example.org/keys'],
  ])('is refused with keys at %s', (uri) => {
    expect(parse({ issuer, jwks_uri: uri })).toBe('names no https address of keys');
  });

  it('is refused with keys at another origin, unless that is allowed letter for letter', () => {
    for (const uri of ['https://169.254.169.254/keys', 'https://id.example.org:8443/keys']) {
      const problem = parse({ issuer, jwks_uri: uri }, ['https://keys.example.org']);
      expect(problem).toBe('names keys at an origin that keyOrigins does not');
    }
    const uri = 'https://keys.example.org/keys';
    expect(parse({ issuer, jwks_uri: uri }, ['https://keys.example.org'])).toBe(uri);
  });

  it('is one JSON object', () => {
    const twice = `{"issuer":"https://evil.example.org","issuer":"${issuer}","jwks_uri":"${keysUrl}"}`;
    expect(parseDiscovery(Buffer.from(twice), issuer, []).kind).toBe('invalid');
    expect(parse([])).toBe('is no JSON object of distinct members');
  });
});
