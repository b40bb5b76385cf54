import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { admit } from '#core/broker/admit.ts';
import { answer, noteGrant } from '#core/broker/answer.ts';
import type { Asked } from '#core/broker/asked.ts';
import { decideAccess } from '#core/broker/decide-access.ts';
import { decideTerm, decideTicketTerm } from '#core/broker/decide-term.ts';
import { exchange } from '#core/broker/exchange.ts';
import { identify, isAlive, isReviewed, letGo, proveCaller } from '#core/broker/identify.ts';
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

  it('records what it grants, and what fails, under the id of the request', async () => {
    const asked = ask();
    const failing = answer(rig.parts, { asked, signal }, async (admitted) => {
      await noteGrant(rig.parts, asked, { admitted, more: { lease: 'one' } });
      throw createError('MAYFLY_STORE_SEALED', { store: 'vault' });
    });
    await expectCode(failing, 'MAYFLY_STORE_SEALED');
    expect(rig.audit.events.slice(-2)).toMatchObject([
      { id: 'audit', event: 'exchange', fields: { lease: 'one', policy: 'shop/release' } },
      { id: 'audit', event: 'failure', fields: { code: 'MAYFLY_STORE_SEALED' } },
    ]);
    expect(rig.replay.uses).toBe(0);
  });

  it('lets go of identity tokens that were looked up, and of none that was shown', async () => {
    const [shown, copy] = ['shown', 'copy'].map((text) => SecretBytes.take(Buffer.from(text)));
    if (shown === undefined || copy === undefined) throw new Error('no two');
    letGo(aCaller({ token: shown }));
    const ticket = { id: 'one', policy: 'shop/release', expiresAt: 0 };
    letGo(aCaller({ token: copy, ticket }));
    letGo(aCaller({ token: null, ticket }));
    expect([shown.isWiped, copy.isWiped]).toEqual([false, true]);
  });

  it('believes a token as of now, or as of when it was shown', async () => {
    const { token } = ask();
    const { verifier } = rig.parts;
    const shownAt = rig.clock.now();
    expect((await identify(rig.parts, token, signal)).ticket).toBeNull();
    await rig.clock.advance(3_600_000);
    await expectCode(proveCaller(verifier, { token }, signal), 'MAYFLY_TOKEN_EXPIRED');
    expect((await proveCaller(verifier, { token, at: shownAt }, signal)).token).toBe(token);
    const early = { token, at: shownAt - 3_600_000 };
    await expectCode(proveCaller(verifier, early, signal), 'MAYFLY_TOKEN_EARLY');
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
