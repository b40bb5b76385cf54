import { createError } from '../../errors/mayfly-error.ts';
import type { DesiredSecret } from '../../ports/secret-sink.ts';

/** What the values of one Secret may weigh together, in bytes: Kubernetes' own limit. */
export const maxSecretBytes = 1024 * 1024;

/** Throws `MAYFLY_SYNC_TOO_LARGE` for a Secret whose keys and values together are over the limit. */
export function checkSize({ name, values }: DesiredSecret, path: string): void {
  let total = 0;
  for (const [key, value] of values) total += key.length + value.size;
  if (total > maxSecretBytes) {
    throw createError('MAYFLY_SYNC_TOO_LARGE', { name, path, limit: maxSecretBytes });
  }
}
