import type { LookupAddress } from 'node:dns';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { VaultOptions } from '#adapters/store/vault/vault-options.ts';
import type { SecretStore } from '#core/ports/secret-store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import {
  checkStoreAddress,
  parseStoreAddress,
  parseStoreEntry,
} from '#core/store/store-address.ts';
import { expectCode } from '#test/support/expect-code.ts';
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
const ways = Object.keys(vaultImplementations) as VaultImplementation[];
const signal = (): AbortSignal => AbortSignal.timeout(10_000);

/** Answers one list of addresses after the other, as a name server in the hands of a tenant does. */
function answerInTurn(...lists: readonly (readonly string[])[]): {
  resolve: (host: string) => Promise<readonly LookupAddress[]>;
  asked: () => number;
} {
  let count = 0;
  return {
    asked: () => count,
    resolve: async () => {
      const list = lists[Math.min(count, lists.length - 1)] ?? [];
      count += 1;
      return list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
  };
}

describe.each(ways)('the address that is checked is the one that is dialled, %s', (way) => {
  let server: AnsweringServer;

  beforeEach(async () => {
    server = await createAnsweringServer(['vault.test']);
    // No connection is kept, so that each request looks the host up again.
    server.answer((response, request) => {
      response.setHeader('connection', 'close');
      answerJson({ auth, data: { a: 'b' } })(response, request);
    });
  });
  afterEach(() => server.close());

  /** A store `https://vault.test:PORT` that an administrator allowed by these entries. */
  function open(
    entries: readonly string[],
    resolve: NonNullable<VaultOptions['resolve']>,
  ): SecretStore {
    const address = `https://vault.test:${server.port}`;
    const host = parseStoreAddress(address);
    if (host === null) throw new Error('the test is wrong');
    const parsed = entries.flatMap((entry) => parseStoreEntry(`${entry}:${server.port}`) ?? []);
    const options = vaultOptionsOf(server);
    return vaultImplementations[way]({
      ...options,
      provider: { ...options.provider, address },
      resolve,
      timeoutMs: 2000,
      checkAddress: (found) => checkStoreAddress({ store: 'vault', host, entries: parsed }, found),
    });
  }

  async function logIn(store: SecretStore): ReturnType<SecretStore['login']> {
    return await store.login(SecretBytes.take(Buffer.from('eyJ.a.b')), signal());
  }

  it('a private address is dialled for a host that is named exactly', async () => {
    const { resolve } = answerInTurn(['127.0.0.1']);
    await expect(logIn(open(['https://vault.test'], resolve))).resolves.toMatchObject({
      accessor: 'a',
    });
  });

  it.each(['10.0.0.1', '127.0.0.1', '::1', '169.254.169.254', 'fd00:ec2::254', '0.0.0.0'])(
    'a host below a wildcard does not lead to %s',
    async (address) => {
      const { resolve } = answerInTurn([address]);
      const error = await expectCode(
        logIn(open(['https://*.test'], resolve)),
        'MAYFLY_STORE_ADDRESS_FORBIDDEN',
      );
      expect(error.params).toMatchObject({ host: 'vault.test', address });
      expect(server.requests).toHaveLength(0);
    },
  );

  it('one forbidden address among allowed ones is enough to refuse them all', async () => {
    const { resolve } = answerInTurn(['127.0.0.1', '169.254.169.254']);
    await expectCode(
      logIn(open(['https://vault.test'], resolve)),
      'MAYFLY_STORE_ADDRESS_FORBIDDEN',
    );
    expect(server.requests).toHaveLength(0);
  });

  it('a name that is bound anew after the check leads nowhere', async () => {
    const { resolve, asked } = answerInTurn(['127.0.0.1'], ['169.254.169.254']);
    const session = await logIn(open(['https://vault.test'], resolve));
    expect([asked(), server.requests.length]).toEqual([1, 1]);
    const read = session.read({ path: 'kv/a', version: null }, signal());
    const error = await expectCode(read, 'MAYFLY_STORE_ADDRESS_FORBIDDEN');
    expect(error.params).toMatchObject({ range: 'metadata' });
    expect([asked(), server.requests.length]).toEqual([2, 1]);
  });

  it('a host that is not found, or of which nothing is known, is unresolved', async () => {
    const { resolve } = answerInTurn([]);
    await expectCode(logIn(open(['https://vault.test'], resolve)), 'MAYFLY_STORE_HOST_UNRESOLVED');
    const failing = open(['https://vault.test'], async () => {
      throw new Error('no such host');
    });
    await expectCode(logIn(failing), 'MAYFLY_STORE_HOST_UNRESOLVED');
  });

  it('an address in the place of a host is checked as well', async () => {
    const options = vaultOptionsOf(server);
    const host = { host: '127.0.0.1', port: server.port };
    const store = vaultImplementations[way]({
      ...options,
      checkAddress: (found) => checkStoreAddress({ store: 'vault', host, entries: [] }, found),
    });
    await expectCode(logIn(store), 'MAYFLY_STORE_ADDRESS_FORBIDDEN');
    expect(server.requests).toHaveLength(0);
  });
});

describe('what the client of Vault would take from the environment', () => {
  it('goes into no request', async () => {
    const server = await createAnsweringServer();
    server.answer(answerJson({ auth }));
    const names = [
      'VAULT_TOKEN',
      'VAULT_NAMESPACE',
      'VAULT_PREFIX',
      'VAULT_ADDR',
      'VAULT_SKIP_VERIFY',
    ];
    for (const name of names) process.env[name] = 'https://from-the-environment';
    const store = vaultImplementations['over node-vault'](vaultOptionsOf(server));
    await store.login(SecretBytes.take(Buffer.from('eyJ.a.b')), signal());
    for (const name of names) delete process.env[name];
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/auth/jwt/login',
    ]);
    expect(JSON.stringify(server.requests)).not.toContain('from-the-environment');
    await server.close();
  });

  it.each(ways)('is told its namespace by the store alone, %s', async (way) => {
    const server = await createAnsweringServer();
    server.answer(answerJson({ auth, data: { a: 'b' } }));
    const options = vaultOptionsOf(server);
    const store = vaultImplementations[way]({
      ...options,
      provider: { ...options.provider, storeNamespace: 'team/a' },
    });
    await store.probe(signal());
    const session = await store.login(SecretBytes.take(Buffer.from('eyJ.a.b')), signal());
    const secret = await session.read({ path: 'kv/a', version: null }, signal());
    secret.wipe();
    const sent = server.requests.map(({ path, headers }) => [path, headers['x-vault-namespace']]);
    expect(sent).toEqual([
      ['/v1/sys/health?standbyok=true&perfstandbyok=true', undefined],
      ['/v1/auth/jwt/login', 'team/a'],
      ['/v1/kv/a', 'team/a'],
    ]);
    expect(server.requests[2]?.headers['x-vault-token']).toBe('hvs.x');
    await server.close();
  });
});
