import type { StoreReader } from '#core/broker/broker-parts.ts';
import type { SecretStore } from '#core/ports/secret-store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';

/** Reads one store with a login for each read, which is given back with the lease. */
export function createSessionReader(store: SecretStore): StoreReader {
  return {
    async read({ path }, signal) {
      const token = SecretBytes.take(Buffer.from('broker'));
      const session = await store.login(token, signal);
      token.wipe();
      const secret = await session.read(path, signal);
      if (secret.lease === null) await session.revoke(signal);
      return {
        secret,
        endsAt: secret.lease === null ? null : session.expiresAt,
        end: secret.lease === null ? null : async (end) => await session.revoke(end),
      };
    },
  };
}
