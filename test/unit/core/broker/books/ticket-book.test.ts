import { expect, it } from '@jest/globals';
import { createTicketBook } from '#core/broker/books/ticket-book.ts';
import { makeOwnToken } from '#core/broker/tickets/own-token.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { describeTicketStore } from '#test/contract/ticket-store.ts';
import { aCaller } from '#test/support/broker/a-caller.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { makeTokenIssuer } from '#test/support/issuer/make-token-issuer.ts';
import { trackSecrets } from '#test/support/track-secrets.ts';

describeTicketStore('the memory of a process', async () => {
  const clock = createFakeClock();
  const store = createTicketBook({ clock, digest: plainDigest }, 200);
  return { ...clock, store, close: async () => await store.close() };
});

it.each(['closed', 'over', 'revoked'])(
  'a token that is %s leaves no identity token',
  async (how) => {
    const clock = createFakeClock();
    const book = createTicketBook({ clock, digest: plainDigest }, 200);
    const { signal } = new AbortController();
    const token = makeOwnToken(createSystemRandom());
    const ticket = { id: 'one', policy: 'shop/release', expiresAt: clock.now() + 1000 };
    const shown = SecretBytes.take(Buffer.from('aa.bb.cc'));
    const issuer = makeTokenIssuer({ keys: { kind: 'cluster' } });
    const caller = aCaller({ issuer, token: shown });
    const countUnwiped = trackSecrets();
    await book.keep(token, { ...caller, ticket }, signal);
    if (how === 'closed') await book.close();
    if (how === 'revoked') await book.revoke(token, caller.identity, signal);
    if (how === 'over') {
      await clock.advance(6000);
      await book.keep(
        makeOwnToken(createSystemRandom()),
        { ...caller, ticket, token: null },
        signal,
      );
    }
    token.wipe();
    shown.wipe();
    expect(countUnwiped()).toBe(how === 'over' ? 1 : 0);
  },
);
