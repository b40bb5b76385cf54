import { beforeEach, describe, expect, it } from '@jest/globals';
import { createTicketBook, type TicketBook } from '#core/broker/books/ticket-book.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { plainDigest } from '#platform/crypto/node-digest.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';
import { aCaller } from '#test/support/broker/a-caller.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';

function textOf(token: SecretBytes): string {
  return Buffer.from(token.expose()).toString();
}

describe("the broker's own tokens", () => {
  let clock: FakeClock;
  let book: TicketBook;

  beforeEach(() => {
    clock = createFakeClock();
    book = createTicketBook({ clock, random: createSystemRandom(), digest: plainDigest }, 2);
  });

  function issue(id = 'one'): SecretBytes {
    return book.issue(aCaller(), { id, policy: 'shop/release', expiresAt: clock.now() + 60_000 });
  }

  it('are 256 random bits behind a prefix', () => {
    const token = issue();
    expect(textOf(token)).toMatch(/^mayfly_[-_A-Za-z0-9]{43}$/u);
    expect(textOf(issue())).not.toBe(textOf(token));
    expect(book.isOwn(token)).toBe(true);
    expect(book.isOwn(SecretBytes.take(Buffer.from('mayfly-aa.bb.cc')))).toBe(false);
    expect(book.isOwn(SecretBytes.take(Buffer.from('may')))).toBe(false);
  });

  it('are no more than a tenth of all for one subject', async () => {
    book = createTicketBook({ clock, random: createSystemRandom(), digest: plainDigest }, 2_000);
    const tokens = Array.from({ length: 200 }, () => issue());
    await expectCode(() => issue(), 'MAYFLY_BROKER_FULL');
    const identity = { ...aCaller().identity, subject: 'somebody else' };
    const ticket = { id: 'two', policy: 'shop/release', expiresAt: clock.now() + 60_000 };
    expect(book.find(book.issue(aCaller({ identity }), ticket))?.ticket?.id).toBe('two');
    for (const token of tokens.slice(0, 1)) book.revoke(token);
    expect(book.find(issue())?.ticket?.id).toBe('one');
  });

  it('stand for the identity until they are over', async () => {
    const token = issue();
    const caller = book.find(token);
    expect(caller).toMatchObject({ identity: aCaller().identity, ticket: { id: 'one' } });
    expect(textOf(caller?.token ?? token)).toBe('aa.bb.cc');
    await clock.advance(60_000);
    expect(book.find(token)).toBeNull();
  });

  it('are nothing once they are revoked, or were never issued', () => {
    const token = issue();
    const held = book.find(token)?.token;
    book.revoke(token);
    expect(book.find(token)).toBeNull();
    expect(held?.isWiped).toBe(true);
    const other = textOf(token).replace(/.$/u, (last) => (last === 'A' ? 'B' : 'A'));
    expect(book.find(SecretBytes.take(Buffer.from(other)))).toBeNull();
  });

  it('are no more than are allowed; those that are over make room', async () => {
    issue('one');
    issue('two');
    await expectCode(() => issue('three'), 'MAYFLY_BROKER_FULL');
    await clock.advance(60_000);
    expect(book.find(issue('three'))?.ticket?.id).toBe('three');
  });

  it('leave nothing of identity tokens behind at the end', () => {
    const held = book.find(issue())?.token;
    book.clear();
    expect(held?.isWiped).toBe(true);
  });
});
