import { describe, expect, it } from '@jest/globals';
import { parseCallerRecord, renderCallerRecord } from '#core/broker/tickets/caller-record.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { aCaller } from '#test/support/broker/a-caller.ts';
import { aPodIdentity } from '#test/support/policies/an-identity.ts';

const ticket = { id: 'one', policy: 'shop/release', expiresAt: 1 };
const caller = { ...aCaller({ identity: aPodIdentity() }), ticket };

function changed(change: object): string {
  return JSON.stringify({ ...(JSON.parse(renderCallerRecord(caller)) as object), ...change });
}

describe('the record of a caller', () => {
  it('is read as it was written, and holds no token', () => {
    const text = renderCallerRecord({ ...caller, token: SecretBytes.take(Buffer.from('aa.bb')) });
    const { issuer, token: _, ...rest } = caller;
    expect(parseCallerRecord(text)).toMatchObject(rest);
    expect(parseCallerRecord(text)?.issuer.name).toBe(issuer.name);
    expect(text).not.toContain('aa.bb');
  });

  it.each([
    ['of another version', changed({ version: 2 })],
    ['with more than is known', changed({ more: true })],
    ['without a ticket', changed({ ticket: undefined })],
    ['of an issuer of no kind', changed({ identity: { ...caller.identity, kind: 'other' } })],
    ['that is no JSON', 'record'],
  ])('is none %s', (_, text) => {
    expect(parseCallerRecord(text)).toBeNull();
  });
});
