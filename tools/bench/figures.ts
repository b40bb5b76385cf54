import type { Figure } from './benchmark.ts';

/** The value that so many percent of the others do not exceed. */
export function findPercentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? Number.NaN;
}

/** A figure that has neither a peer nor a target. */
export function renderPlain(name: string, measured: number, unit: string): Figure {
  const value = round(measured);
  return { name, value, unit, peer: null, ratio: null, target: null, ok: null };
}

export interface Limit {
  readonly unit: string;
  readonly limit: number;
}

/** A figure that must not be over a limit. */
export function renderLimit(name: string, measured: number, { unit, limit }: Limit): Figure {
  const target = `<= ${limit} ${unit}`.trimEnd();
  return { ...renderPlain(name, measured, unit), target, ok: measured <= limit };
}

/** Three digits are more than one run is good for. */
function round(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
