import { nearestName } from './nearest-name.ts';

/** Answers as {@link nearestName} does, and null once too many names were compared. */
export type NameSearch = (name: string, known: readonly string[]) => string | null;

/** Somebody may send thousands of names that are near thousands of others; nobody reads that many answers. */
const mostCompared = 10_000;

/** A search for one answer to somebody: together its calls compare 10,000 names at most. */
export function createNameSearch(): NameSearch {
  let left = mostCompared;
  return (name, known) => {
    left -= known.length;
    return left < 0 ? null : nearestName(name, known);
  };
}
