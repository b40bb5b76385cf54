import type { Random } from '#core/ports/time.ts';

/** A seeded {@link Random} (mulberry32): the same seed gives the same row. */
export function createFakeRandom(seed = 1): Random {
  let state = seed >>> 0;

  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  function bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => Math.floor(fraction() * 256));
  }

  function uuid(): string {
    const hex = Buffer.from(bytes(16)).toString('hex');
    const variant = '89ab'.charAt(Math.floor(fraction() * 4));
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  return { bytes, fraction, uuid };
}
