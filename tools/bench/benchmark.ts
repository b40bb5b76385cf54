import type { PartName } from '#test/support/parts.ts';

/** One figure of a benchmark, as `npm run bench -- --json` prints it. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same work done by somebody else's program in the same run; null where there is none. */
  readonly peer: number | null;
  /** How many times better than the peer; null without one. */
  readonly ratio: number | null;
  /** What the design asks for, in words; null where it asks nothing. */
  readonly target: string | null;
  /** Whether the target is met; null when that cannot be told. */
  readonly ok: boolean | null;
}

/** One file of this folder: measures and returns its figures. */
export interface Benchmark {
  readonly name: string;
  /** One line for the list of benchmarks. */
  readonly summary: string;
  /** A long one runs only when it is named. */
  readonly isLong?: boolean;
  /** Without this real program it is left out. */
  readonly needs?: PartName;
  run(say: (progress: string) => void): Promise<readonly Figure[]>;
}

/** The middle one; of an even number the lower of the two. */
export function findMedian(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
