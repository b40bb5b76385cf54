import { afterEach, expect, it } from '@jest/globals';
import { expectCode } from '#test/support/expect-code.ts';
import { createClientSetup, json, type ClientSetup } from './client-setup.ts';

let setup: ClientSetup;
afterEach(() => setup.close());

const account = { namespace: 'shop', name: 'reader', audience: 'https://vault.test', seconds: 600 };

it('asks for a token of a service account for one audience', async () => {
  setup = await createClientSetup();
  setup.answer(json({ kind: 'TokenRequest', status: { token: 'eyJ.a.b' } }));
  const token = await setup.api.requestToken(account, setup.call);
  expect(Buffer.from(token.expose()).toString()).toBe('eyJ.a.b');
  token.wipe();
  const [request] = setup.seen;
  expect(request?.url).toBe('/api/v1/namespaces/shop/serviceaccounts/reader/token');
});

it.each([{}, { status: {} }, { status: { token: '' } }, { status: { token: 7 } }])(
  'takes %j for no token',
  async (answer) => {
    setup = await createClientSetup();
    setup.answer(json(answer));
    const asked = setup.api.requestToken({ ...account, audience: null }, setup.call);
    const error = await expectCode(asked, 'MAYFLY_KUBE_ANSWER');
    expect(error.message).toContain('it holds no token');
  },
);
