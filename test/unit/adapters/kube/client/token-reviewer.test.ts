import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTokenReviewer } from '#adapters/kube/client/create-token-reviewer.ts';
import type { TokenReviewer } from '#core/ports/broker/token-verifier.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createFakeRandom } from '#test/support/fake-random.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createClientSetup, json, type ClientSetup } from './client-setup.ts';

const audiences = ['https://broker.example.org'];
const extra = { 'authentication.kubernetes.io/pod-uid': ['uid-1'] };
const user = { username: 'system:serviceaccount:shop:web', extra };

describe('a review of a token', () => {
  let setup: ClientSetup;
  let reviewer: TokenReviewer;

  beforeEach(async () => {
    setup = await createClientSetup();
    const { clock, access, serverTime } = setup;
    const onCall = (): void => undefined;
    const deps = { clock, access, serverTime, random: createFakeRandom(), onCall };
    reviewer = createTokenReviewer(deps, { version: '1.2.3' });
  });

  afterEach(async () => await setup.close());

  async function review(status: unknown): ReturnType<TokenReviewer['review']> {
    setup.answer(json({ kind: 'TokenReview', metadata: {}, status }));
    const token = SecretBytes.take(Buffer.from('aa.bb.cc'));
    return await reviewer.review(token, audiences, setup.signal);
  }

  it('says whose it is, and of which pod', async () => {
    const answer = await review({ authenticated: true, audiences, user });
    expect(answer).toEqual({ username: user.username, podUid: 'uid-1' });
    expect(setup.seen[0]).toMatchObject({
      method: 'POST',
      url: expect.stringMatching(/^\/apis\/authentication\.k8s\.io\/v1\/tokenreviews/u),
      body: { kind: 'TokenReview', spec: { token: 'aa.bb.cc', audiences } },
    });
  });

  it.each([
    [{ authenticated: false, audiences, user }],
    [{ error: 'the token has expired' }],
    [{ authenticated: true, user }],
    [{ authenticated: true, audiences: ['https://kubernetes.default.svc'], user }],
  ])('is a refusal for %j', async (status) => {
    expect(await review(status)).toBeNull();
  });

  it('is a failure when the answer is none', async () => {
    await expectCode(review('no'), 'MAYFLY_KUBE_ANSWER');
  });
});
