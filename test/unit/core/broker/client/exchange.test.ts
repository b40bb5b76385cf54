import { describe, expect, it } from '@jest/globals';
import { denialAnswerSchema, exchangeAnswerSchema } from '#core/broker/client/answer-schema.ts';
import { parseAuditId, parseExchanged } from '#core/broker/client/parse-exchanged.ts';
import { renderExchange } from '#core/broker/client/render-exchange.ts';
import { parseExchangeRequest } from '#core/broker/request/parse-exchange-request.ts';
import { validate } from '#core/api/schema/validate.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';

const answer = {
  leaseId: 'lease-1',
  expiresAt: '2026-01-01T00:10:00.000Z',
  values: { PASSWORD: 'p"ä\n', KEY: '/wA=' },
  base64: ['KEY'],
  auditId: 'audit-1',
};

function bytesOf(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

describe('what is asked of a broker', () => {
  it('is what the broker reads', () => {
    const token = SecretBytes.take(Buffer.from('aa.bb.cc'));
    const secrets = new Map([['PASSWORD', 'vault:secret/data/shop/db#password']]);
    const body = renderExchange({ token, policy: 'shop/ci', secrets, ttlMs: 600_000 });
    const asked: unknown = JSON.parse(Buffer.from(body.expose()).toString());
    expect(asked).toEqual({
      token: 'aa.bb.cc',
      policy: 'shop/ci',
      secrets: Object.fromEntries(secrets),
      ttl: '10m',
    });
    expect(parseExchangeRequest(asked).kind).toBe('valid');
  });

  it('leaves the lease to the policy where nobody says how long', () => {
    const token = SecretBytes.take(Buffer.from('aa.bb.cc'));
    const body = renderExchange({ token, policy: 'shop/ci', secrets: new Map(), ttlMs: null });
    expect(Buffer.from(body.expose()).toString()).not.toContain('ttl');
  });
});

describe('what a broker answers', () => {
  it('is read into bytes, by the names that were asked for', () => {
    expect(validate(exchangeAnswerSchema, answer, 'body').kind).toBe('valid');
    const read = parseExchanged(bytesOf(answer), ['PASSWORD', 'KEY']);
    expect(read).toMatchObject({ leaseId: 'lease-1', auditId: 'audit-1' });
    expect(read?.expiresAt).toBe(Date.parse(answer.expiresAt));
    const [password, key] = [...(read?.values.values() ?? [])].map((value) => value.expose());
    expect(Buffer.from(password ?? []).toString()).toBe('p"ä\n');
    expect([...(key ?? [])]).toEqual([0xff, 0x00]);
  });

  it.each([
    { when: 'it is no JSON', bytes: Buffer.from('<html>') },
    { when: 'a value is missing', bytes: bytesOf({ ...answer, values: { KEY: 'x' } }) },
    { when: 'there are no values', bytes: bytesOf({ ...answer, values: [] }) },
    {
      when: 'a value is a number',
      bytes: bytesOf({ ...answer, values: { PASSWORD: 1, KEY: '' } }),
    },
    { when: 'a value is no base64', bytes: bytesOf({ ...answer, base64: ['PASSWORD'] }) },
    { when: 'the lease has no end', bytes: bytesOf({ ...answer, expiresAt: 'never' }) },
    { when: 'the lease has no id', bytes: bytesOf({ ...answer, leaseId: 7 }) },
    { when: 'an id is too long', bytes: bytesOf({ ...answer, auditId: 'x'.repeat(201) }) },
    { when: 'an id would upset a terminal', bytes: bytesOf({ ...answer, auditId: '\u001b[2J' }) },
  ])('is nothing when $when', ({ bytes }) => {
    expect(parseExchanged(bytes, ['PASSWORD', 'KEY'])).toBeNull();
  });

  it('names the audit id of a denial, where there is one', () => {
    const denial = { error: 'denied', auditId: 'audit-2' };
    expect(validate(denialAnswerSchema, denial, 'body').kind).toBe('valid');
    expect(parseAuditId(bytesOf(denial))).toBe('audit-2');
    expect(parseAuditId(bytesOf({ error: 'denied' }))).toBeNull();
    expect(parseAuditId(Buffer.from('denied'))).toBeNull();
  });
});
