import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Between two looks. */
  readonly pauseMs?: number;
  readonly limitMs?: number;
}

/** Looks again and again until it is so, and returns how long that took. Throws after the limit. */
export async function waitUntil(
  what: string,
  isSo: () => Promise<boolean>,
  { pauseMs = 5, limitMs = 300_000 }: WaitOptions = {},
): Promise<number> {
  const started = performance.now();
  while (!(await isSo())) {
    if (performance.now() - started > limitMs) throw new Error(`waited too long for ${what}`);
    await sleep(pauseMs);
  }
  return performance.now() - started;
}
