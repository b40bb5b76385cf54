import { createError } from '#core/errors/mayfly-error.ts';
import type { DataKeyWrapper } from '#core/ports/data-key.ts';
import type { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { KeyGroup, SopsKey } from '#core/sops/metadata/metadata.ts';
import { maxRecipients } from '#core/sops/metadata/read-metadata.ts';
import { createAgeKey } from '#core/sops/write/render-metadata.ts';

export interface WrapRequest {
  readonly path: string;
  readonly dataKey: SecretBytes;
  /** In the order in which the file shall name them; none means to keep those of the previous version. */
  readonly recipients: readonly string[];
  /** The wrapped copies of the previous version. */
  readonly known: KeyGroup;
}

/**
 * The wrapped copies of the data key that the file shall carry: a recipient of the previous version keeps its copy,
 * a new one gets one, one that is not named any more loses it. Copies of other kinds than age stay.
 */
export async function wrapKeys(wrapper: DataKeyWrapper, request: WrapRequest): Promise<KeyGroup> {
  const { known, path } = request;
  const recipients = [...new Set(request.recipients)];
  if (recipients.length > maxRecipients) {
    throw createError('MAYFLY_SOPS_LIMIT', { path, limit: maxRecipients, what: 'recipients' });
  }
  if (recipients.length === 0) return known;
  const keys: SopsKey[] = known.filter(({ kind }) => kind !== wrapper.kind);
  for (const recipient of recipients) {
    const kept = known.find((key) => key.kind === wrapper.kind && key.recipient === recipient);
    keys.push(kept ?? createAgeKey(recipient, await wrapper.wrap(request.dataKey, recipient)));
  }
  return keys;
}
