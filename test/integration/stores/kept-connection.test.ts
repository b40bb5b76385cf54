import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SecretStore } from '#core/ports/secret-store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import {
  answerJson,
  createAnsweringServer,
  type AnsweringServer,
} from '#test/support/stores/create-answering-server.ts';
import {
  vaultImplementations,
  vaultOptionsOf,
  type VaultImplementation,
} from '#test/support/vault/vault-under-test.ts';

const auth = { client_token: 'hvs.x', accessor: 'a', lease_duration: 60, renewable: true };
const signal = (): AbortSignal => AbortSignal.timeout(10_000);

describe.each(Object.keys(vaultImplementations) as VaultImplementation[])(
  'the connection to a store, %s',
  (way) => {
    let server: AnsweringServer;

    beforeEach(async () => {
      server = await createAnsweringServer(['vault.test']);
      server.answer(answerJson({ auth, data: { a: 'b' } }));
    });
    afterEach(() => server.close());

    /** A name other than the one that is dialled, which the certificate has to bear. */
    function open(serverName: string): SecretStore {
      const options = vaultOptionsOf(server);
      return vaultImplementations[way]({
        ...options,
        provider: { ...options.provider, serverName },
      });
    }

    it('is kept from the login to what is read and renewed with it', async () => {
      const session = await open('vault.test').login(
        SecretBytes.take(Buffer.from('eyJ.a.b')),
        signal(),
      );
      const secret = await session.read({ path: 'kv/a', version: null }, signal());
      secret.wipe();
      await session.renew(signal());
      expect([server.requests.length, server.accepted]).toEqual([3, 1]);
    });
  },
);
