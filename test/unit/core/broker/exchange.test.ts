import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { admit } from '#core/broker/admit.ts';
import type { Asked } from '#core/broker/asked.ts';
import { decideAccess } from '#core/broker/decide-access.ts';
import { decideTerm, decideTicketTerm } from '#core/broker/decide-term.ts';
import {
  endAtStores,
  endLeases,
  findLease,
  revokeLease,
  revokeTicket,
} from '#core/broker/end-leases.ts';
import { exchange, issueTicket } from '#core/broker/exchange.ts';
import { identify, isAlive, isReviewed } from '#core/broker/identify.ts';
import { readWanted } from '#core/broker/read-wanted.ts';
import {
  renderAsked,
  renderDenial,
  renderGrant,
  renderInstant,
  renderWho,
} from '#core/broker/render-audit.ts';
import { releaseUse, takeUse } from '#core/broker/take-use.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import { parseReference } from '#core/reference/reference.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { aCaller } from '#test/support/broker/a-caller.ts';
import { createBrokerRig, type BrokerRig } from '#test/support/broker/create-broker-rig.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { makeTokenIssuer } from '#test/support/issuer/make-token-issuer.ts';

const { signal } = new AbortController();
const body = (): SecretBytes => SecretBytes.take(Buffer.from('{}'));

function refer(text: string): Asked['wanted'][number] {
  const parsed = parseReference(text);
  if (parsed.kind === 'invalid') throw new Error(parsed.problem);
  return { name: text, reference: parsed.reference };
}

describe('an exchange', () => {
  let rig: BrokerRig;

  beforeEach(async () => {
    rig = await createBrokerRig();
    rig.takeSteps();
  });

  afterEach(async () => await rig.close());

  function ask(change: Partial<Asked> = {}, token = rig.sign('github')): Asked {
    return {
      id: 'audit',
      event: 'exchange',
      token: SecretBytes.take(Buffer.from(token)),
      policy: 'shop/release',
      wanted: [refer('vault:app/db#password')],
      ttlMs: null,
      address: '192.0.2.1',
      ...change,
    };
  }

  it('takes its steps in order, and answers last', async () => {
    const render = (): SecretBytes => (rig.parts.view.checkFresh(), body());
    const answer = await exchange(rig.parts, ask(), { render, signal });
    expect(answer.kind).toBe('delivered');
    expect(rig.takeSteps().join(' ')).toBe(
      'checkFresh verify findPolicy readTenancy findStore findIssuer take read checkFresh append',
    );
  });

  it('gives everything back when it cannot be answered', async () => {
    rig.store.putLeased('database/creds/app', () => ({ user: 'u' }), 60_000);
    const asked = ask({ wanted: [refer('vault:database/creds/app')] });
    const failing = exchange(rig.parts, asked, {
      signal,
      render: () => {
        throw createError('MAYFLY_FORMAT_TOO_LARGE', { limit: 1 });
      },
    });
    await expectCode(failing, 'MAYFLY_FORMAT_TOO_LARGE');
    expect([rig.store.openLogins, rig.replay.uses]).toEqual([0, 0]);
  });

  it('admits, reads and releases step by step', async () => {
    const asked = ask();
    const admitted = await admit(rig.parts, asked, signal);
    if (admitted.kind === 'refused') throw new Error('refused');
    const values = await readWanted(rig.parts, { admitted, asked }, signal);
    expect(values.values.map(({ name }) => name)).toEqual(['vault:app/db#password']);
    values.wipe();
    await releaseUse(rig.parts, admitted.counted);
    expect(rig.replay.uses).toBe(0);
    const fields = { ...renderWho(admitted.caller, asked), ...renderGrant(admitted.access, asked) };
    expect(fields).toMatchObject({
      address: '192.0.2.1',
      clause: 'subjects[0]',
      policy: 'shop/release',
    });
  });

  it('reads several paths or none', async () => {
    const wanted = [refer('vault:app/db'), refer('vault:app/none')];
    const delivery = { render: body, signal };
    await expectCode(exchange(rig.parts, ask({ wanted }), delivery), 'MAYFLY_STORE_NOT_FOUND');
  });

  it('leaves the lease to its end, which is recorded', async () => {
    rig.store.putLeased('database/creds/app', () => ({ user: 'u' }), 60_000);
    const asked = ask({ wanted: [refer('vault:database/creds/app')] });
    await exchange(rig.parts, asked, { render: body, signal });
    await endLeases(rig.parts, () => false, signal);
    expect(rig.store.openLogins).toBe(1);
    await rig.clock.advance(60_000);
    await endLeases(rig.parts, () => false, signal);
    expect(rig.store.openLogins).toBe(0);
    expect(rig.audit.events.at(-1)).toMatchObject({ event: 'lease-end', fields: { failures: [] } });
  });

  it('tells what a store does not take back', async () => {
    const failing = async (): Promise<void> => {
      throw createError('MAYFLY_STORE_SEALED', { store: 'vault' });
    };
    expect(await endAtStores([failing, async () => undefined], signal)).toEqual([
      'MAYFLY_STORE_SEALED',
    ]);
  });

  it('issues a token once, and ends it', async () => {
    const issued = await issueTicket(rig.parts, ask({ wanted: [], event: 'token' }), signal);
    if (issued.kind === 'refused') throw new Error('refused');
    const { token } = issued;
    expect((await identify(rig.parts, token, signal)).ticket?.policy).toBe('shop/release');
    await revokeTicket(rig.parts, { id: 'end', token, address: '' }, signal);
    await expectCode(identify(rig.parts, token, signal), 'MAYFLY_BROKER_TOKEN');
    await expectCode(
      revokeTicket(rig.parts, { id: 'end', token, address: '' }, signal),
      'MAYFLY_BROKER_TOKEN',
    );
  });

  it('finds no lease that was not opened', async () => {
    const asked = { ...ask(), lease: 'none' };
    await expectCode(findLease(rig.parts, asked, signal), 'MAYFLY_BROKER_LEASE_UNKNOWN');
    await expectCode(revokeLease(rig.parts, asked, signal), 'MAYFLY_BROKER_LEASE_UNKNOWN');
  });

  it('does not count the tokens of issuers whose tokens are used again', async () => {
    const caller = aCaller({ issuer: makeTokenIssuer({ replay: 'None' }) });
    expect(await takeUse(rig.parts, { asked: ask(), caller }, signal)).toBeNull();
  });

  it('asks the API server about pods of its own cluster alone', async () => {
    const issuer = makeTokenIssuer({ keys: { kind: 'cluster' } });
    expect([isReviewed(aCaller()), isReviewed(aCaller({ issuer }))]).toEqual([false, true]);
    expect(await isAlive({ ...rig.parts, reviewer: null }, aCaller({ issuer }), signal)).toBe(
      false,
    );
    expect(await isAlive(rig.parts, aCaller(), signal)).toBe(true);
  });

  it('denies by the token before it denies by the policy', () => {
    const question = {
      caller: aCaller(),
      isAlive: false,
      policy: 'shop/none',
      request: { references: [], ttlMs: null, isPartial: false },
    };
    const access = decideAccess(rig.parts.view, question);
    if (access.kind === 'granted') throw new Error('granted');
    expect(access.clause).toBe('token.review');
    expect(renderDenial(access, ask())).toMatchObject({ clause: 'token.review' });
    expect(renderAsked(ask())).toEqual({
      policy: 'shop/release',
      references: ['vault:app/db#password'],
    });
    expect(renderInstant(0)).toBe('1970-01-01T00:00:00.000Z');
  });
});

it('ends values with the policy, or with so many times the rest of the token', () => {
  const now = aCaller().issuedAt;
  const question = { caller: aCaller(), now, ttlMs: 3_600_000, restFactor: 3 };
  expect(decideTerm(question) - now).toBe(900_000);
  expect(decideTerm({ ...question, ttlMs: 60_000 }) - now).toBe(60_000);
  expect(decideTerm({ ...question, now: now + 400_000 })).toBe(now + 400_000);
  expect(decideTicketTerm({ ...question, restFactor: 100 }, false) - now).toBe(900_000);
  expect(decideTicketTerm(question, true) - now).toBe(300_000);
});
