import type { SecretStore } from '#core/ports/secret-store.ts';
import { createStoreSender } from '#platform/store/send-to-store.ts';
import { renderHeaders } from './render-request.ts';
import { createStoreOverCalls } from './vault-store.ts';
import type { VaultOptions } from './vault-options.ts';

/** A Vault or an OpenBao over plain HTTPS: what the agent loads in a pod. */
export function createVaultAgentStore(options: VaultOptions): SecretStore {
  const send = createStoreSender({ ...options, ...options.provider }, options.clock);
  return createStoreOverCalls(options, async (request, signal) => {
    const { method, path, body } = request;
    return await send(
      { method, path: `/v1/${path}`, headers: renderHeaders(request), body },
      signal,
    );
  });
}
