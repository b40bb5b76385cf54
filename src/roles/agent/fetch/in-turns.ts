const mostAtOnce = 8;

/** Works on all, a few at a time; waits for those under way before it throws what came first. */
export async function inTurns<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const waiting = [...items];
  const failures: unknown[] = [];
  async function takeOn(): Promise<void> {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      if (failures.length > 0) return;
      await work(item).catch((error: unknown) => failures.push(error));
    }
  }
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, items.length) }, takeOn));
  if (failures.length > 0) throw failures[0];
}
