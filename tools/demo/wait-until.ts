import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again until something is so; throws with what was awaited when it takes too long. */
export async function waitUntil<T>(
  what: string,
  look: () => Promise<T | null>,
  seconds = 20,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const found = await look();
    if (found !== null) return found;
    await sleep(50);
  }
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}
