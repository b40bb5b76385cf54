import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TokenIssuer } from '#core/api/token-issuer.ts';
import { expectCode } from '#test/support/expect-code.ts';
import {
  createIssuer,
  type IssuerFault,
  type TestIssuer,
} from '#test/support/issuer/create-issuer.ts';
import { makeTokenIssuer } from '#test/support/issuer/make-token-issuer.ts';
import { makeClaims } from '#test/support/issuer/real-claims.ts';
import { createSigningKey } from '#test/support/issuer/signing-key.ts';
import {
  createVerifierUnderTest,
  type VerifierUnderTest,
} from '#test/support/issuer/verifier-under-test.ts';
import { createFaultProxy } from '#test/support/fault-proxy.ts';
import { createTestCertificates } from '#test/support/git-server/create-test-certificates.ts';
import { until } from '#test/support/until.ts';

let issuer: TestIssuer;
let verifier: VerifierUnderTest;

beforeEach(async () => {
  issuer = await createIssuer('/_services/token');
  verifier = open();
});
afterEach(async () => {
  verifier.close();
  await issuer.close();
});

function open(change: Partial<TokenIssuer> = {}): VerifierUnderTest {
  const { url, caPem: ca } = issuer;
  const issuers = [makeTokenIssuer({ issuer: url, ca, allowPrivateAddress: true, ...change })];
  return createVerifierUnderTest(() => issuers);
}

function makeToken(change: object = {}, header: object = {}): string {
  const claims = makeClaims('github', verifier.clock.now(), { iss: issuer.url, ...change });
  return issuer.sign(claims, { ...header });
}

async function reasonOf(refused: Promise<unknown>): Promise<string> {
  return (await expectCode(refused, 'MAYFLY_ISSUER_UNAVAILABLE')).message;
}

describe('an issuer over https', () => {
  it('is discovered, and asked once for all', async () => {
    const tokens = Array.from({ length: 20 }, () => makeToken());
    await Promise.all(tokens.map((token) => verifier.verify(token)));
    expect(issuer.asked).toEqual({ document: 1, keys: 1 });
  });

  // Attack 15.
  it('is not asked for a token that it could not have made for here', async () => {
    const stranger = { iss: `${issuer.url}/other` };
    await expectCode(verifier.verify(makeToken(stranger)), 'MAYFLY_TOKEN_ISSUER_UNKNOWN');
    await expectCode(verifier.verify(makeToken({ aud: 'x' })), 'MAYFLY_TOKEN_AUDIENCE');
    await expectCode(verifier.verify(makeToken({ exp: 1 })), 'MAYFLY_TOKEN_MALFORMED');
    await expectCode(verifier.verify(makeToken({}, { alg: 'HS256' })), 'MAYFLY_TOKEN_ALGORITHM');
    expect(issuer.asked).toEqual({ document: 0, keys: 0 });
  });

  it('may change its keys', async () => {
    await verifier.verify(makeToken());
    issuer.rotate();
    await expectCode(verifier.verify(makeToken()), 'MAYFLY_TOKEN_KEY_UNKNOWN');
    await verifier.clock.advance(36_000);
    await expect(verifier.verify(makeToken())).resolves.toBeDefined();
    expect(issuer.asked.keys).toBe(2);
  });

  // Attack 18.
  it('is asked once in half a minute under a flood of unknown keys', async () => {
    await verifier.verify(makeToken());
    for (let sent = 0; sent < 300; sent += 1) {
      const token = makeToken({}, { kid: `unknown-${sent}` });
      await expectCode(verifier.verify(token), 'MAYFLY_TOKEN_KEY_UNKNOWN');
    }
    expect(issuer.asked).toEqual({ document: 1, keys: 1 });
    await expect(verifier.verify(makeToken())).resolves.toBeDefined();
  });
});

describe('an issuer that is broken', () => {
  it.each<[IssuerFault, string]>([
    ['error', 'it answered 500'],
    ['redirect', 'it redirects'],
    ['huge', 'more than 102400 bytes'],
    ['garbage', 'its discovery document is no JSON object'],
    ['other-issuer', 'its discovery document is of another issuer'],
    ['plain-keys', 'its discovery document names no https address of keys'],
  ])('is not available: %s', async (fault, reason) => {
    issuer.behave(fault);
    expect(await reasonOf(verifier.verify(makeToken()))).toContain(reason);
    issuer.behave('none');
    expect(await reasonOf(verifier.verify(makeToken()))).toContain(reason);
    await verifier.clock.advance(36_000);
    await expect(verifier.verify(makeToken())).resolves.toBeDefined();
  });

  it('is waited for in bounds when it hangs', async () => {
    issuer.behave('hang');
    const refused = reasonOf(verifier.verify(makeToken()));
    await until(() => issuer.asked.document === 1);
    await verifier.clock.advance(5_000);
    expect(await refused).toContain('no answer in time');
  });

  it('is done without while its keys are known', async () => {
    await verifier.verify(makeToken());
    issuer.behave('error');
    await verifier.clock.advance(6 * 3_600_000 - 60_000);
    await expect(verifier.verify(makeToken())).resolves.toBeDefined();
    await verifier.clock.advance(60_000);
    expect(await reasonOf(verifier.verify(makeToken()))).toContain('500');
  });

  it('is left alone once the verifier is closed', async () => {
    issuer.behave('hang');
    const refused = reasonOf(verifier.verify(makeToken()));
    await until(() => issuer.asked.document === 1);
    verifier.close();
    expect(await refused).toContain('no longer asked for');
  });
});

// Attacks 15 and 16.
describe('an issuer is not reached', () => {
  it('at a private address that its TokenIssuer does not allow', async () => {
    verifier = open({ allowPrivateAddress: false });
    expect(await reasonOf(verifier.verify(makeToken()))).toContain('127.0.0.1 is loopback');
    expect(issuer.asked.document).toBe(0);
  });

  it('without a certificate that its TokenIssuer trusts', async () => {
    const { caPem: ca } = await createTestCertificates(['127.0.0.1']);
    verifier = open({ ca });
    expect(await reasonOf(verifier.verify(makeToken()))).toContain('certificate is not trusted');
    expect(issuer.asked.document).toBe(0);
  });

  it('for keys at another origin, unless that is allowed', async () => {
    const proxy = await createFaultProxy({ targetPort: Number(new URL(issuer.url).port) });
    const origin = `https://127.0.0.1:${proxy.port}`;
    issuer.nameKeysAt(`${origin}/keys`);
    expect(await reasonOf(verifier.verify(makeToken()))).toContain('keyOrigins');
    expect([issuer.asked.keys, proxy.connections]).toEqual([0, 0]);
    verifier = open({ keys: { kind: 'discovery', keyOrigins: [origin] } });
    await expect(verifier.verify(makeToken())).resolves.toBeDefined();
    expect([issuer.asked.keys, proxy.connections]).toEqual([1, 1]);
    verifier.close();
    await proxy.close();
  });
});

// Attack 19.
describe('keys of an issuer', () => {
  it.each<[string, readonly unknown[]]>([
    ['a secret among them', [createSigningKey('a').jwk, { kty: 'oct', k: 'AA' }]],
    ['too many of them', Array.from({ length: 51 }, () => ({ kty: 'RSA' }))],
    ['weak ones alone', [createSigningKey('a', 'RS256', 1024).jwk]],
    ['none', []],
  ])('are refused with %s', async (_, members) => {
    issuer.publishMembers(members);
    await expectCode(verifier.verify(makeToken()), 'MAYFLY_ISSUER_KEYS');
  });

  it('are looked for in the one set that was read, and in no other', async () => {
    await verifier.verify(makeToken());
    issuer.publishMembers([{ kty: 'oct', k: 'AA' }]);
    await verifier.clock.advance(11 * 60_000);
    await expect(verifier.verify(makeToken())).resolves.toBeDefined();
  });
});
