const unitMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

const part = /(\d{1,9})(ms|s|m|h|d)/gu;
const whole = /^(?:\d{1,9}(?:ms|s|m|h|d)){1,4}$/u;

/** The milliseconds of a duration such as `90s` or `1h30m`; null for text that is none. */
export function parseDuration(text: string): number | null {
  if (!whole.test(text)) return null;
  let total = 0;
  for (const [, count, unit] of text.matchAll(part)) {
    total += Number(count) * (unitMs.get(unit ?? '') ?? 0);
  }
  return total;
}

/** A duration as people write it: 90 minutes are `1h30m`. */
export function formatDuration(durationMs: number): string {
  const parts: string[] = [];
  let rest = durationMs;
  for (const unit of ['h', 'm', 's', 'ms']) {
    const oneMs = unitMs.get(unit) ?? 1;
    const count = Math.floor(rest / oneMs);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * oneMs;
  }
  return parts.length === 0 ? '0s' : parts.join('');
}
