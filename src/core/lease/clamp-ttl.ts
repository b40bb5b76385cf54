/** The administrator's bounds for a time to live, in milliseconds. */
export interface TtlBounds {
  readonly minTtlMs: number;
  readonly maxTtlMs: number;
}

/** The time to live that counts: what the object asks for, within the administrator's bounds. */
export function clampTtl(ttlMs: number, { minTtlMs, maxTtlMs }: TtlBounds): number {
  return Math.min(Math.max(ttlMs, minTtlMs), maxTtlMs);
}
