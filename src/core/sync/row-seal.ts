import type { SecretRow } from '../api/schema/ephemeral-secret-status-schema.ts';
import type { Digest } from '../ports/digest.ts';
import type { SecretOwner } from '../ports/secret-sink.ts';

type UnsealedRow = Omit<SecretRow, 'seal'>;

/**
 * The keyed digest of a row of a status, for its object alone. A row says whose a Secret is and until when it was to
 * live: without it whoever may write a status could have the Secret of somebody else replaced.
 */
export function sealRow(digest: Digest, { namespace, uid }: SecretOwner, row: UnsealedRow): string {
  const fields = [row.name, row.uid, row.path, row.origin, row.expiresAt];
  const bytes = new TextEncoder().encode(JSON.stringify(fields));
  return digest.valueDigest([namespace, uid, 'status', 'row', 'v1'], bytes);
}

/** Whether Mayfly wrote the row, for this very object. */
export function isSealedRow(digest: Digest, owner: SecretOwner, row: SecretRow): boolean {
  return row.seal === sealRow(digest, owner, row);
}
