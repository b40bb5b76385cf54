import { settle } from './fake-clock.ts';

/**
 * Waits for what the operating system brings about in its own time, such as an event of a watched folder. Fails after
 * ten seconds. `meanwhile` may move a fake clock.
 */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  meanwhile: () => Promise<unknown> = settle,
): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await meanwhile();
    await settle();
  }
}
