/** Runs actions of one key after another, in the order they came. */
export type Serial = <T>(key: string, action: () => Promise<T>) => Promise<T>;

export function createSerial(): Serial {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, action) => {
    const before = tails.get(key) ?? Promise.resolve();
    const run = before.then(action, action);
    tails.set(key, run);
    try {
      return await run;
    } finally {
      if (tails.get(key) === run) tails.delete(key);
    }
  };
}
