import { describe, expect, it } from '@jest/globals';
import { createShares } from '#core/broker/books/shares.ts';
import { expectCode } from '#test/support/expect-code.ts';

const one = { issuer: 'github', subject: 'one' };

function fill(most: number): { readonly taken: number; readonly refusal: Promise<Error> } {
  const shares = createShares('tokens', most);
  for (let taken = 0; ; taken += 1) {
    try {
      shares.take(one);
    } catch {
      return { taken, refusal: expectCode(() => shares.take(one), 'MAYFLY_BROKER_FULL') };
    }
  }
}

describe('the share of a subject of a book', () => {
  it.each([
    [2, 2, 'the broker holds 2 tokens,'],
    [500, 100, 'the broker holds 100 tokens of a subject,'],
    [20_000, 2_000, 'the broker holds 2000 tokens of a subject,'],
  ])('of %d is %d', async (most, share, message) => {
    const { taken, refusal } = fill(most);
    expect(taken).toBe(share);
    expect((await refusal).message).toContain(message);
  });

  it('is free again when it was given back, or the book was cleared', async () => {
    const shares = createShares('tokens', 1);
    shares.take(one);
    shares.giveBack(one);
    shares.take(one);
    await expectCode(() => shares.take(one), 'MAYFLY_BROKER_FULL');
    shares.clear();
    shares.take(one);
  });
});
