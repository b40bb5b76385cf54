import { describe, expect, it } from '@jest/globals';
import { parseExchangeRequest } from '#core/broker/request/parse-exchange-request.ts';
import { parseSecretPath } from '#core/broker/request/parse-secret-path.ts';
import {
  accessTokenType,
  exchangeGrantType,
  parseTokenRequest,
} from '#core/broker/request/parse-token-request.ts';
import { formatReference } from '#core/reference/reference.ts';

const own = 'https://broker.example.org';

describe('the body of an exchange', () => {
  it('names values, or lists references', () => {
    const named = { policy: 'shop/release', secrets: { A: 'vault:app/db#a' }, ttl: '10m' };
    expect(parseExchangeRequest(named)).toMatchObject({
      kind: 'valid',
      value: { token: null, policy: 'shop/release', ttlMs: 600_000, wanted: [{ name: 'A' }] },
    });
    const listed = { token: 'aa.bb.cc', policy: 'cluster/ci', secrets: ['cluster/vault:app/db'] };
    expect(parseExchangeRequest(listed)).toMatchObject({
      kind: 'valid',
      value: { token: 'aa.bb.cc', ttlMs: null, wanted: [{ name: 'cluster/vault:app/db' }] },
    });
  });

  it.each([
    [null],
    [{}],
    [{ policy: 'release', secrets: { A: 'vault:a' } }],
    [{ policy: 'shop/release/x', secrets: { A: 'vault:a' } }],
    [{ policy: 'shop/release', secrets: {} }],
    [{ policy: 'shop/release', secrets: [] }],
    [{ policy: 'shop/release', secrets: ['vault:a', 'vault:a'] }],
    [{ policy: 'shop/release', secrets: { 'A B': 'vault:a' } }],
    [{ policy: 'shop/release', secrets: { A: 'vault:a' }, ttl: 'soon' }],
    [{ policy: 'shop/release', secrets: { A: 'vault:a' }, admin: true }],
    [{ policy: 'shop/release', secrets: { A: 'vault:a' }, token: 'x'.repeat(20_000) }],
  ])('is not %j', (body) => {
    expect(parseExchangeRequest(body).kind).toBe('invalid');
  });

  it.each([
    ['lists', Array.from({ length: 65 }, () => 1)],
    ['names', Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`a ${index}`, 1]))],
  ])('is not looked through any further when it %s too much', (_, secrets) => {
    const parsed = parseExchangeRequest({ policy: '', secrets });
    expect(parsed.kind === 'invalid' && parsed.errors.map(({ message }) => message)).toEqual([
      'the field body.secrets must have at most 64 items',
    ]);
  });

  it.each([8, 9, 64])('is told of its bad names, also when there are %i', (count) => {
    const names = Array.from({ length: count }, (_, index) => [`a ${index}`, 'vault:a'] as const);
    const parsed = parseExchangeRequest({
      policy: 'shop/release',
      secrets: Object.fromEntries(names),
    });
    const told = parsed.kind === 'invalid' ? parsed.errors : [];
    expect(told[7]?.message).toContain('there is no field body.secrets.a 7');
    const isMore = told.at(-1)?.code === 'MAYFLY_OBJECT_FIELDS_MORE';
    expect([told.length > 16, isMore]).toEqual([count === 64, count === 64]);
  });

  it('is told which of its references is none, without a word of it', () => {
    const secrets = { A: 'vault:a', B: 'hunter2:../b' };
    const parsed = parseExchangeRequest({ policy: 'shop/release', secrets });
    expect(parsed.kind === 'invalid' && parsed.errors.map(String).join()).toContain(
      'body.secrets.B',
    );
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });
});

describe('the parameters of a token exchange', () => {
  const good = {
    grant_type: [exchangeGrantType],
    subject_token: ['aa.bb.cc'],
    subject_token_type: ['urn:ietf:params:oauth:token-type:jwt'],
    scope: ['shop/release'],
  };

  function parse(change: Readonly<Record<string, readonly string[] | undefined>>): unknown {
    const entries = Object.entries({ ...good, ...change });
    const given = entries.flatMap(([name, values]) => (values ? [[name, values] as const] : []));
    return parseTokenRequest(new Map(given), own);
  }

  it('are the token and the policy', () => {
    const request = { kind: 'request', token: 'aa.bb.cc', policy: 'shop/release' };
    expect(parse({})).toEqual(request);
    expect(parse({ audience: [own], resource: [own] })).toEqual(request);
    expect(parse({ requested_token_type: [accessTokenType] })).toEqual(request);
  });

  it.each([
    [{ grant_type: ['password'] }, 'unsupported_grant_type'],
    [{ grant_type: undefined }, 'unsupported_grant_type'],
    [{ subject_token: undefined }, 'invalid_request'],
    [{ subject_token: ['a', 'b'] }, 'invalid_request'],
    [{ subject_token_type: ['urn:ietf:params:oauth:token-type:saml2'] }, 'invalid_request'],
    [{ subject_token_type: undefined }, 'invalid_request'],
    [{ requested_token_type: ['urn:ietf:params:oauth:token-type:jwt'] }, 'invalid_request'],
    [{ actor_token: ['x'] }, 'invalid_request'],
    [{ actor_token_type: ['x'] }, 'invalid_request'],
    [{ audience: ['https://other.example.org'] }, 'invalid_target'],
    [{ resource: [own, 'https://other.example.org'] }, 'invalid_target'],
    [{ scope: undefined }, 'invalid_scope'],
    [{ scope: ['shop/release shop/other'] }, 'invalid_scope'],
  ])('with %j are %s', (change, error) => {
    expect(parse(change)).toMatchObject({ kind: 'fault', error });
  });
});

describe('a path as clients of Vault read it', () => {
  it.each([
    ['vault/data/app/db', null, 'vault:app/db'],
    ['cluster/vault/data/app', null, 'cluster/vault:app'],
    ['vault/data/secret/data/shop', '2', 'vault:secret/data/shop@2'],
    ['vault/data/a#b:c', '0', 'vault:a%23b%3Ac'],
    ['vault/data/app', '', 'vault:app'],
  ])('%s in version %j is %s', (path, version, reference) => {
    const parsed = parseSecretPath(path, version);
    expect(parsed === null ? null : formatReference(parsed)).toBe(reference);
  });

  it.each([
    'vault',
    'vault/data',
    'vault/data/',
    'vault/metadata/app',
    'vault/data/../x',
    'UP/data/x',
  ])('is not %s', (path) => expect(parseSecretPath(path, null)).toBeNull());
});
