import type { TokenIssuer } from '#core/api/token-issuer.ts';

/** A TokenIssuer of GitHub's tokens, but for what is changed. */
export function makeTokenIssuer(change: Partial<TokenIssuer> = {}): TokenIssuer {
  return {
    name: 'github',
    kind: 'github',
    issuer: 'https://token.actions.githubusercontent.com',
    audiences: [],
    singleAudience: true,
    algorithms: ['RS256', 'ES256'],
    keys: { kind: 'discovery', keyOrigins: [] },
    ca: null,
    allowPrivateAddress: false,
    maxTokenAgeMs: 600_000,
    replay: 'Once',
    usesPerJob: 20,
    suspend: false,
    ...change,
  };
}
