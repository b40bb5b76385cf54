import { describe, expect, it } from '@jest/globals';
import { renderAccessToken, secondsUntil } from '#core/broker/reply/render-access-token.ts';
import { renderAnswer, renderTokenWithin, renderWithin } from '#core/broker/reply/render-values.ts';
import { renderVaultLogin, renderVaultSecret } from '#core/broker/reply/render-vault.ts';
import { parseSecretJson } from '#core/secret/parse-secret-json.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { wipeTree, type SecretMap, type SecretNode } from '#core/secret/secret-tree.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

function treeOf(value: object): SecretMap {
  const tree = parseSecretJson(Buffer.from(JSON.stringify(value)));
  if (tree === null) throw new Error('no JSON');
  return tree;
}

function valueOf(bytes: Uint8Array): SecretNode {
  return { kind: 'value', type: 'bytes', bytes: SecretBytes.copyOf(bytes) };
}

function read(bytes: SecretBytes): unknown {
  const text = Buffer.from(bytes.expose()).toString();
  bytes.wipe();
  return JSON.parse(text);
}

const binary = Uint8Array.of(0xff, 0x00);

describe('the answer to an exchange', () => {
  it('has one value as its text, several as their JSON, and nothing as nothing', () => {
    const map = treeOf({ a: 'x"\n', n: 1 });
    const values = [
      { name: 'ONE', node: valueOf(Buffer.from('hé"')) },
      { name: 'ALL', node: map },
      { name: 'NONE', node: { kind: 'null' } as const },
    ];
    expect(read(renderAnswer({ auditId: 'a' }, values))).toEqual({
      auditId: 'a',
      values: { ONE: 'hé"', ALL: '{"a":"x\\"\\n","n":1}', NONE: '' },
    });
  });

  it('names what is base64 because it is no text', () => {
    const answer = renderAnswer({}, [{ name: 'KEY', node: valueOf(binary) }]);
    expect(read(answer)).toEqual({ base64: ['KEY'], values: { KEY: '/wA=' } });
  });

  it('is none for several values of which one is no text, and leaves nothing behind', async () => {
    const entries = [{ kind: 'entry', key: 'k', value: valueOf(binary) }] as const;
    const node: SecretMap = { kind: 'map', entries };
    const countUnwiped = trackSecrets();
    const error = await expectCode(
      () => renderAnswer({}, [{ name: 'A', node }]),
      'MAYFLY_FORMAT_VALUE',
    );
    expect(error.message).toContain('A.k');
    expect(countUnwiped()).toBe(0);
    wipeTree(node);
  });
});

describe('answers to clients of Vault', () => {
  const now = Date.UTC(2026, 0, 1);

  it('are those of its key-value engine', () => {
    const fields = treeOf({ password: 'x', port: 5432, on: true });
    const envelope = { requestId: 'id', lease: null, version: '3', now };
    expect(read(renderVaultSecret(fields, envelope))).toMatchObject({
      request_id: 'id',
      lease_id: '',
      lease_duration: 0,
      data: {
        data: { password: 'x', port: 5432, on: true },
        metadata: { version: 3, created_time: '2026-01-01T00:00:00.000Z' },
      },
    });
  });

  it.each([
    [null, 1],
    ['4c1b9f', 1],
    ['7', 7],
  ])('say of version %j that it is %d', (version, number) => {
    const envelope = { requestId: 'id', lease: { id: 'l', seconds: 5 }, version, now };
    expect(read(renderVaultSecret(treeOf({}), envelope))).toMatchObject({
      lease_id: 'l',
      lease_duration: 5,
      data: { metadata: { version: number } },
    });
  });

  it('hold a token that cannot be renewed', () => {
    const token = SecretBytes.take(Buffer.from('mayfly_x'));
    const ticket = { id: 'audit', policy: 'shop/release', expiresAt: now + 60_500 };
    const issued = { kind: 'issued', token, ticket, issuedAt: now } as const;
    expect(read(renderVaultLogin(issued, 'id'))).toMatchObject({
      auth: { client_token: 'mayfly_x', accessor: 'audit', lease_duration: 60, renewable: false },
    });
    expect(read(renderAccessToken(issued))).toEqual({
      access_token: 'mayfly_x',
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 60,
      scope: 'shop/release',
    });
  });
});

it('writes fields and tokens between texts', () => {
  expect(read(renderWithin('{"a":', treeOf({ b: 1 }), '}'))).toEqual({ a: { b: 1 } });
  expect(read(renderTokenWithin('{"a":', SecretBytes.take(Buffer.from('t')), '}'))).toEqual({
    a: 't',
  });
  expect(secondsUntil(0, 5000)).toBe(0);
});
