import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';

/** An operator's hands at a Vault. */
export interface VaultClient {
  /** The answer's JSON; null when it is empty. Fails for any status that is not well. */
  call(method: string, path: string, body?: object): Promise<unknown>;
}

export interface VaultPlace {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  readonly caPem: string;
  /** Where everything is that is asked for; the root namespace without it. */
  readonly storeNamespace?: string;
}

export function createVaultClient(
  { url, caPem, storeNamespace = '' }: VaultPlace,
  token: string,
): VaultClient {
  const headers = {
    'x-vault-token': token,
    'content-type': 'application/json',
    ...(storeNamespace !== '' && { 'x-vault-namespace': storeNamespace }),
  };
  return {
    call: async (method, path, body) => {
      const sent = request(`${url}/v1/${path}`, {
        method,
        ca: caPem,
        headers,
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        sent.on('response', resolve);
        sent.on('error', reject);
      });
      const answer = await text(response);
      const status = response.statusCode ?? 0;
      if (status >= 300) throw new Error(`${method} ${path}: ${status} ${answer}`);
      return answer === '' ? null : (JSON.parse(answer) as unknown);
    },
  };
}

/** A text within an answer, by the names that lead to it; the empty text when it is not there. */
export function textAt(answer: unknown, ...names: readonly string[]): string {
  let at = answer;
  for (const name of names) {
    if (typeof at !== 'object' || at === null) return '';
    at = Object.getOwnPropertyDescriptor(at, name)?.value;
  }
  return typeof at === 'string' ? at : '';
}
