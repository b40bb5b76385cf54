import type { Instant } from '#core/ports/time.ts';

/** RFC 3339 with six digits after the second: the API server reads a MicroTime in no other form. */
export function renderMicroTime(instant: Instant): string {
  return new Date(instant).toISOString().replace('Z', '000Z');
}
