import { describe, expect, it } from '@jest/globals';
import { identifyNoted, isRefusal } from '#core/broker/identify-noted.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createBrokerRig } from '#test/support/broker/create-broker-rig.ts';
import { expectCode } from '#test/support/expect-code.ts';

const { signal } = new AbortController();

describe('a token that is looked at', () => {
  it('is on record before it is refused, and nothing is when it is not', async () => {
    const rig = await createBrokerRig();
    const asked = { id: 'audit', address: '192.0.2.1' };
    const [wrong, right] = ['aa.bb.cc', rig.sign('github')].map((text) =>
      SecretBytes.take(Buffer.from(text)),
    );
    if (wrong === undefined || right === undefined) throw new Error('no tokens');
    expect((await identifyNoted(rig.parts, { ...asked, token: right }, signal)).ticket).toBeNull();
    expect(rig.audit.events).toEqual([]);
    const refused = identifyNoted(rig.parts, { ...asked, token: wrong }, signal);
    await expectCode(refused, 'MAYFLY_TOKEN_MALFORMED');
    expect(rig.audit.events).toMatchObject([{ id: 'audit', event: 'denial' }]);
    rig.audit.breakWith('the disk is full');
    const unrecorded = identifyNoted(rig.parts, { ...asked, token: wrong }, signal);
    await expectCode(unrecorded, 'MAYFLY_AUDIT_UNAVAILABLE');
    await rig.close();
  });

  it('is not refused where the keys of its issuer cannot be had', () => {
    const params = { issuer: 'github', reason: 'it answered 503' };
    expect(isRefusal(createError('MAYFLY_ISSUER_UNAVAILABLE', params))).toBe(false);
    expect(isRefusal(createError('MAYFLY_BROKER_TOKEN', {}))).toBe(true);
  });
});
