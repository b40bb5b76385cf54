import type { Lifecycle } from './create-lifecycle.ts';

/** Starts what works on until its signal ends it; it is waited for when it is stopped. */
export function startRunning(
  lifecycle: Pick<Lifecycle, 'started'>,
  name: string,
  run: (signal: AbortSignal) => Promise<unknown>,
): void {
  const ending = new AbortController();
  const running = run(ending.signal);
  lifecycle.started(name, async () => {
    ending.abort();
    await running;
  });
}
