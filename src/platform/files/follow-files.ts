import type { Clock } from '#core/ports/time.ts';
import { wait } from '#platform/time/wait.ts';

/** What is read from files, time and again. */
export interface FollowedFiles<T> {
  /** May answer the known state again, for files that have not changed. */
  read(known: T | null): Promise<T>;
  isSame(left: T, right: T): boolean;
}

export interface FileFollower<T> {
  readonly clock: Clock;
  /** Called with each state that differs from the one before. */
  onChange(value: T): void;
  /** Called when the files cannot be used; what was there before stays in use. Told once for as long as it lasts. */
  onFault(error: unknown): void;
}

const everyMs = 2000;

/**
 * Looks at files every other second until the signal ends it. They are read and not watched: a mounted Secret is
 * swapped by a link above them.
 */
export async function followFiles<T>(
  files: FollowedFiles<T>,
  follower: FileFollower<T>,
  signal: AbortSignal,
): Promise<void> {
  let known: T | null = null;
  let isFaulty = false;
  while (!signal.aborted) {
    try {
      const value = await files.read(known);
      if (known === null || !files.isSame(value, known)) follower.onChange(value);
      known = value;
      isFaulty = false;
    } catch (error) {
      if (!isFaulty) follower.onFault(error);
      isFaulty = true;
    }
    await wait(follower.clock, everyMs, signal).catch(() => undefined);
  }
}
