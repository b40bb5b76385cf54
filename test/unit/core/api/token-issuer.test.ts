import { describe, expect, it } from '@jest/globals';
import { parseTokenIssuer } from '#core/api/token-issuer.ts';
import { aStored } from '#test/support/policies/a-stored.ts';

const github = { kind: 'github', issuer: 'https://token.actions.githubusercontent.com' };
/** As RFC 7517 (appendix A.1) has it. */
const key = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
};
const jwks = JSON.stringify({ keys: [key] });
const cluster = { kind: 'kubernetes', issuer: 'https://k.test/', keys: { cluster: {} } };

function parse(spec: unknown): ReturnType<typeof parseTokenIssuer> {
  return parseTokenIssuer(aStored('TokenIssuer', 'ci', spec));
}

function messagesOf(spec: unknown): readonly string[] {
  const parsed = parse(spec);
  return parsed.kind === 'valid' ? [] : parsed.errors.map(({ message }) => message);
}

describe('a TokenIssuer', () => {
  it('is read with the defaults of its kind', () => {
    expect(parse(github)).toEqual({
      kind: 'valid',
      value: {
        name: 'ci',
        ...github,
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
      },
    });
  });

  it.each([
    ['gitlab', { replay: 'PerJob', maxTokenAgeMs: 7_200_000 }],
    ['bitbucket', { replay: 'PerJob', maxTokenAgeMs: 3_600_000 }],
    ['buildkite', { replay: 'Once', maxTokenAgeMs: 600_000 }],
    ['generic', { replay: 'Once', maxTokenAgeMs: 3_600_000 }],
    ['kubernetes', { replay: 'Once', maxTokenAgeMs: 7_200_000 }],
  ])('of the kind %s has its own', (kind, value) => {
    expect(parse({ ...github, kind })).toMatchObject({ value });
  });

  it('of this cluster is asked whether its pods live', () => {
    expect(parse(cluster)).toMatchObject({
      value: { replay: 'Liveness', keys: { kind: 'cluster' } },
    });
  });

  it.each([
    [{ inline: { jwks } }, { kind: 'inline', jwks }],
    [
      { configMap: { name: 'keys', key: 'jwks.json' } },
      { kind: 'configMap', name: 'keys', key: 'jwks.json' },
    ],
    [
      { discovery: { keyOrigins: ['https://keys.test'] } },
      { kind: 'discovery', keyOrigins: ['https://keys.test'] },
    ],
  ])('may have its keys elsewhere', (keys, expected) => {
    expect(parse({ ...github, keys })).toMatchObject({ value: { keys: expected } });
  });

  it.each([
    [{ ...github, issuer: 'http://ci.test' }, 'must be an https:// address'],
    [{ ...github, issuer: 'https://ci.test?a=b' }, 'must be an https:// address'],
    [{ ...github, kind: 'travis' }, 'spec.kind must be one of'],
    [{ ...github, algorithms: ['HS256'] }, 'spec.algorithms[0] must be one of'],
    [{ ...github, algorithms: ['none'] }, 'spec.algorithms[0] must be one of'],
    [{ ...github, audiences: [] }, 'spec.audiences must not be empty'],
    [{ ...github, keys: {} }, 'spec.keys must name exactly one'],
    [{ ...github, keys: { cluster: {} } }, 'spec.keys.cluster only goes with kind: kubernetes'],
    [
      { ...github, keys: { inline: { jwks: JSON.stringify({ keys: [{ ...key, d: 'AA' }] }) } } },
      'spec.keys.inline.jwks holds keys that are not all public',
    ],
    [{ ...github, keys: { inline: { jwks: '{}' } } }, 'spec.keys.inline.jwks holds keys that'],
    [{ ...cluster, ca: '-----BEGIN CERTIFICATE-----' }, 'spec.ca only goes with keys.discovery'],
    [{ ...github, ca: 'x' }, 'spec.ca must hold certificates'],
    [{ ...cluster, allowPrivateAddress: true }, 'spec.allowPrivateAddress only goes with'],
    [{ ...github, replay: 'Liveness' }, 'spec.replay may be Liveness only with keys.cluster'],
    [{ ...cluster, replay: 'PerJob' }, 'spec.replay must not be PerJob with kind: kubernetes'],
    [{ ...github, usesPerJob: 3 }, 'spec.usesPerJob only goes with replay: PerJob'],
    [{ ...github, maxTokenAge: '30s' }, 'spec.maxTokenAge must be between 1m and 24h'],
    [{ ...github, maxTokenAge: '25h' }, 'spec.maxTokenAge must be between 1m and 24h'],
    [{ ...github, jwksUri: 'https://a' }, 'there is no field spec.jwksUri'],
  ])('is refused when it is wrong: %j', (spec, message) => {
    expect(messagesOf(spec)).toEqual([expect.stringContaining(message)]);
  });

  it('answers everything that is wrong at once', () => {
    expect(messagesOf({ ...cluster, kind: 'github', ca: 'x' })).toHaveLength(3);
  });
});
