import { expect, it } from '@jest/globals';
import { isOwnToken, makeOwnToken } from '#core/broker/tickets/own-token.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { createSystemRandom } from '#platform/time/system-random.ts';

function make(): string {
  return Buffer.from(makeOwnToken(createSystemRandom()).expose()).toString();
}

it("a token of the broker's own is 256 random bits behind a prefix", () => {
  const token = make();
  expect(token).toMatch(/^mayfly_[-_A-Za-z0-9]{43}$/u);
  expect(make()).not.toBe(token);
});

it.each([
  ['mayfly_aa', true],
  ['mayfly-aa.bb.cc', false],
  ['may', false],
])('%s is of the kind that the broker makes: %s', (text, isOwn) => {
  expect(isOwnToken(SecretBytes.take(Buffer.from(text)))).toBe(isOwn);
});
