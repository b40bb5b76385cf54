import { setTimeout as delay } from 'node:timers/promises';
import { settle } from './fake-clock.ts';

/**
 * Waits for what the operating system brings about in its own time, such as an event of a watched folder. Fails after
 * ten seconds. `meanwhile` may move a fake clock.
 */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  meanwhile: () => Promise<unknown> = settle,
): Promise<void> {
  await look(isSo, 10_000, async () => {
    await meanwhile();
    await settle();
  });
}

/** Waits with the time that a start takes on a busy machine. */
export async function untilSlowly(isSo: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
  await look(isSo, withinMs, async () => await delay(50));
}

async function look(
  isSo: () => boolean | Promise<boolean>,
  withinMs: number,
  meanwhile: () => Promise<unknown>,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await meanwhile();
  }
}
