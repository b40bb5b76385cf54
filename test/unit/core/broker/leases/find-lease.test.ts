import { afterEach, beforeEach, describe, it } from '@jest/globals';
import { findLease, revokeLease, type LeaseAsked } from '#core/broker/leases/find-lease.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createBrokerRig, type BrokerRig } from '#test/support/broker/create-broker-rig.ts';
import { expectCode } from '#test/support/expect-code.ts';

const { signal } = new AbortController();

describe('a lease that is looked for', () => {
  let rig: BrokerRig;

  beforeEach(async () => {
    rig = await createBrokerRig();
  });

  afterEach(async () => await rig.close());

  it('is not found when it was not opened', async () => {
    const token = SecretBytes.take(Buffer.from(rig.sign('github')));
    const asked: LeaseAsked = { id: 'audit', token, address: '192.0.2.1', lease: 'none' };
    await expectCode(findLease(rig.parts, asked, signal), 'MAYFLY_BROKER_LEASE_UNKNOWN');
    await expectCode(revokeLease(rig.parts, asked, signal), 'MAYFLY_BROKER_LEASE_UNKNOWN');
  });
});
