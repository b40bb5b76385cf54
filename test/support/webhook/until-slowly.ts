import { setTimeout as delay } from 'node:timers/promises';

/** Waits with the time that a start takes on a busy machine. */
export async function untilSlowly(isSo: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await delay(50);
  }
}
