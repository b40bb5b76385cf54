import type { BrokerRead, ReadAsked } from '#core/broker/broker-parts.ts';
import type { AuditLog } from '#core/ports/broker/audit-log.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { GitStores } from '../git-store/create-git-stores.ts';
import type { GitStore } from '../git-store/git-store-parts.ts';

export interface GitReadDeps {
  readonly gitStores: Pick<GitStores, 'open'>;
  readonly audit: Pick<AuditLog, 'note'>;
}

/** Nobody logs in there. */
const noToken = SecretBytes.take(new Uint8Array());

/** Reads a file of a GitSource. That it was opened is on record before anything of it can leave. */
export async function readGit(
  { gitStores, audit }: GitReadDeps,
  { id, path, store }: ReadAsked & { readonly store: GitStore },
  signal: AbortSignal,
): Promise<BrokerRead> {
  const opened = gitStores.open(store, (decryption) => {
    audit.note({ id, event: 'decryption', fields: { ...decryption } });
  });
  const session = await opened.login(noToken, signal);
  return { secret: await session.read(path, signal), opened: null };
}
