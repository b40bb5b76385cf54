import type { Instant } from '../ports/time.ts';

/** A version of a file: what it was made from, and when it says that it was last written. */
export interface FileVersion {
  /** Equal for equal content. */
  readonly origin: string;
  readonly modifiedAt: Instant;
}

/** Whether another version than the one before says that it is older: a rollback. With none before nothing is. */
export function isOlder(before: FileVersion | null, { origin, modifiedAt }: FileVersion): boolean {
  return before !== null && before.origin !== origin && modifiedAt < before.modifiedAt;
}
