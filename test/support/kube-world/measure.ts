import { setTimeout as delay } from 'node:timers/promises';

const lookEveryMs = 100;

/** Looks again and again until it is so; answers after how many milliseconds. Fails with what was waited for. */
export async function measure(
  what: string,
  isSo: () => Promise<boolean> | boolean,
  withinMs = 60_000,
): Promise<number> {
  const started = performance.now();
  while (!(await isSo())) {
    const waitedMs = performance.now() - started;
    if (waitedMs > withinMs) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await delay(lookEveryMs);
  }
  return performance.now() - started;
}

export function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
