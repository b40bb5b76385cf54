import type { Clock } from '#core/ports/time.ts';

/** Answers that are shared by all who ask while they are being found, and for a while afterwards. */
export type SharedAnswers<T> = (key: string, find: () => Promise<T | null>) => Promise<T | null>;

export interface SharedAnswersOptions<T> {
  readonly clock: Clock;
  /** For how long after it was found, in milliseconds. */
  readonly sharedMs: number;
  /** Told of each answer that is shared no more. */
  onForget?(answer: T): void;
}

/** What is missing or fails is not shared on. Whoever asks takes what they need of an answer at once: it may be wiped. */
export function createSharedAnswers<T>(options: SharedAnswersOptions<T>): SharedAnswers<T> {
  const { clock, sharedMs } = options;
  const shared = new Map<string, Promise<T | null>>();
  return async (key, find) => {
    const known = shared.get(key);
    if (known !== undefined) return await known;
    const finding = find();
    shared.set(key, finding);
    try {
      const found = await finding;
      if (found === null) shared.delete(key);
      else {
        clock.after(sharedMs, () => {
          shared.delete(key);
          options.onForget?.(found);
        });
      }
      return found;
    } catch (error) {
      shared.delete(key);
      throw error;
    }
  };
}
