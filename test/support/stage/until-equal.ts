import { isDeepStrictEqual } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@jest/globals';

const lookEveryMs = 50;

/** Looks again and again until what is seen is as expected; fails with the difference. */
export async function untilEqual(
  see: () => Promise<unknown>,
  expected: unknown,
  withinMs = 30_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  let seen = await see();
  while (!isDeepStrictEqual(seen, expected) && performance.now() < deadline) {
    await delay(lookEveryMs);
    seen = await see();
  }
  expect(seen).toEqual(expected);
}
