/** Runs writes beside each other, a bounded number at once. */
export interface WriteLane {
  /** Resolves when the task was begun. Rejects with what an earlier task threw. */
  add(task: () => Promise<void>): Promise<void>;
  /** Resolves when every task has ended; rejects with the first that was thrown. */
  drain(): Promise<void>;
}

export function createWriteLane(width: number): WriteLane {
  const running = new Set<Promise<void>>();
  const thrown: unknown[] = [];

  function rethrow(): void {
    if (thrown.length > 0) throw thrown[0];
  }

  async function run(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      thrown.push(error);
    }
  }

  async function add(task: () => Promise<void>): Promise<void> {
    while (running.size >= width) await Promise.race(running);
    rethrow();
    const run_ = run(task).finally(() => running.delete(run_));
    running.add(run_);
  }

  async function drain(): Promise<void> {
    await Promise.all(running);
    rethrow();
  }

  return { add, drain };
}
