import openClient from 'node-vault';
import { createError } from '#core/errors/mayfly-error.ts';
import type { SecretStore } from '#core/ports/secret-store.ts';
import { createStoreSender } from '#platform/store/send-to-store.ts';
import { renderHeaders } from './render-request.ts';
import type { VaultAnswer, VaultOptions } from './vault-options.ts';
import { createStoreOverCalls } from './vault-store.ts';

/** A request on its way through the client. */
interface Passing {
  readonly uri: string;
  /** Sends it to this path and query. */
  readonly deliver: (path: string) => Promise<void>;
}

/**
 * A Vault or an OpenBao over node-vault, for processes that have the memory for it. Its requests go our bounded way:
 * the client sees no token, no body and no answer, so that it can neither log nor keep them.
 */
export function createVaultStore(options: VaultOptions): SecretStore {
  const send = createStoreSender({ ...options, ...options.provider }, options.clock);
  const client = openQuietClient(options.provider.address);
  return createStoreOverCalls(options, async (request, signal) => {
    const { method, body } = request;
    const passed: { answer: VaultAnswer | null } = { answer: null };
    const deliver: Passing['deliver'] = async (path) => {
      passed.answer = await send({ method, path, headers: renderHeaders(request), body }, signal);
    };
    await client.request({ path: `/${request.path}`, method, deliver });
    if (passed.answer !== null) return passed.answer;
    throw createError('MAYFLY_INTERNAL_BUG', { where: 'the client of a store' });
  });
}

/** What it would take from the environment is taken away from it again. */
function openQuietClient(endpoint: string): openClient.client {
  const client = openClient({
    endpoint,
    debug: () => undefined,
    'request-promise': { defaults: () => pass },
  });
  return Object.assign(client, { token: '', namespace: '', pathPrefix: '' });
}

/** Every status is well for the client: what it means is decided on elsewhere, and without the words of the store. */
async function pass({ uri, deliver }: Passing): Promise<object> {
  const { pathname, search } = new URL(uri);
  await deliver(`${pathname}${search}`);
  return { statusCode: 204, body: null, request: { path: pathname } };
}
