import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { admit } from '#core/broker/admit.ts';
import type { Asked } from '#core/broker/asked.ts';
import { identify } from '#core/broker/identify.ts';
import { findLease } from '#core/broker/leases/find-lease.ts';
import { issueTicket } from '#core/broker/tickets/issue-ticket.ts';
import { revokeTicket } from '#core/broker/tickets/revoke-ticket.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { TicketCaller } from '#core/ports/broker/ticket-store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createBrokerRig, type BrokerRig } from '#test/support/broker/create-broker-rig.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

const { signal } = new AbortController();

describe("a token of the broker's own", () => {
  let rig: BrokerRig;

  beforeEach(async () => {
    rig = await createBrokerRig();
  });

  afterEach(async () => await rig.close());

  function ask(token = rig.sign('github')): Asked {
    const rest = { policy: 'shop/release', wanted: [], ttlMs: null, address: '192.0.2.1' };
    return { id: 'audit', event: 'token', token: SecretBytes.take(Buffer.from(token)), ...rest };
  }

  async function issue(asked = ask()): Promise<SecretBytes> {
    const issued = await issueTicket(rig.parts, asked, signal);
    if (issued.kind === 'refused') throw new Error('refused');
    return issued.token;
  }

  it('is issued once, and ended', async () => {
    const token = await issue();
    expect((await identify(rig.parts, token, signal)).ticket?.policy).toBe('shop/release');
    const asked = { id: 'end', token, address: '' };
    await revokeTicket(rig.parts, asked, signal);
    await expectCode(identify(rig.parts, token, signal), 'MAYFLY_BROKER_TOKEN');
    await expectCode(revokeTicket(rig.parts, asked, signal), 'MAYFLY_BROKER_TOKEN');
    const shown = ask();
    await expectCode(revokeTicket(rig.parts, shown, signal), 'MAYFLY_BROKER_TOKEN');
  });

  it('keeps nothing of the identity token of a job', async () => {
    const asked = ask();
    const countUnwiped = trackSecrets();
    const token = await issue(asked);
    expect((await identify(rig.parts, token, signal)).token).toBeNull();
    token.wipe();
    expect(countUnwiped()).toBe(0);
  });

  it('leaves no copy of the identity token of a pod behind a request', async () => {
    const podUid = '5e0bd49b-f040-43b0-99b7-22765a53f7f3';
    rig.review = { username: 'system:serviceaccount:shop:web', podUid };
    const token = await issue(ask(rig.sign('kubernetes')));
    const asked = { ...ask(), token, wanted: [], policy: null };
    const looking = { id: 'look', token, address: '', lease: 'none' };
    const countUnwiped = trackSecrets();
    await admit(rig.parts, asked, signal);
    await expectCode(findLease(rig.parts, looking, signal), 'MAYFLY_BROKER_LEASE_UNKNOWN');
    await revokeTicket(rig.parts, asked, signal);
    token.wipe();
    expect(countUnwiped()).toBe(0);
  });

  it('is nothing to anybody where its issue is not on record', async () => {
    let kept: SecretBytes | null = null;
    const { tickets } = rig.parts;
    const keep = async (token: SecretBytes, caller: TicketCaller): Promise<void> => {
      kept = SecretBytes.copyOf(token.expose());
      await tickets.keep(token, caller, signal);
    };
    rig.audit.breakWith('ENOSPC');
    const failing = issueTicket({ ...rig.parts, tickets: { ...tickets, keep } }, ask(), signal);
    await expectCode(failing, 'MAYFLY_AUDIT_UNAVAILABLE');
    if (kept === null) throw new Error('nothing was kept');
    expect(await tickets.find(kept, signal)).toBeNull();
  });

  it('goes on, and that is said, where it cannot be revoked', async () => {
    const token = await issue();
    const revoke = async (): Promise<void> => {
      throw createError('MAYFLY_REPLAY_UNAVAILABLE', { reason: 'ECONNREFUSED' });
    };
    const parts = { ...rig.parts, tickets: { ...rig.parts.tickets, revoke } };
    const failing = revokeTicket(parts, { id: 'end', token, address: '' }, signal);
    await expectCode(failing, 'MAYFLY_REPLAY_UNAVAILABLE');
    expect((await identify(rig.parts, token, signal)).ticket).not.toBeNull();
  });
});
