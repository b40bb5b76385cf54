import type { Store } from '#core/api/store.ts';
import type { BrokerRead } from '#core/broker/broker-parts.ts';
import { createError } from '#core/errors/mayfly-error.ts';
import type { AuditLog } from '#core/ports/broker/audit-log.ts';
import type { StorePath } from '#core/ports/secret-store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import type { GitStores } from './create-git-stores.ts';
import { isGitStore } from './git-stores-of.ts';

export interface GitReaderDeps {
  readonly stores: Pick<GitStores, 'open'>;
  readonly audit: Pick<AuditLog, 'append'>;
}

/** One read for a request that was granted. */
export interface GitRead {
  readonly store: Store;
  readonly path: StorePath;
  /** What the records of the request have in common. */
  readonly id: string;
}

/** Reads of Stores of the kind git. */
export interface GitReader {
  read(asked: GitRead, signal: AbortSignal): Promise<BrokerRead>;
}

/**
 * Each file that is opened is on record, with the id of the request, before its values are answered. Throws what the
 * store does, and `MAYFLY_AUDIT_UNAVAILABLE`.
 */
export function createGitReader({ stores, audit }: GitReaderDeps): GitReader {
  return {
    async read({ store, path, id }, signal) {
      if (!isGitStore(store)) throw createError('MAYFLY_INTERNAL_BUG', { where: 'a git store' });
      const opened = stores.open(store, async (decryption) => {
        await audit.append({ id, event: 'decryption', fields: { ...decryption } });
      });
      const session = await opened.login(noToken, signal);
      return { secret: await session.read(path, signal), endsAt: null, end: null };
    },
  };
}

/** Nobody logs in. */
const noToken = SecretBytes.take(new Uint8Array(0));
