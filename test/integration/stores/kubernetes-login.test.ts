import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { isMayflyError } from '#core/errors/mayfly-error.ts';
import type { SecretStore } from '#core/ports/secret-store.ts';
import { SecretBytes } from '#core/secret/secret-bytes.ts';
import { describeSecretStore, type StoreUnderTest } from '#test/contract/secret-store.ts';
import { createCluster, type Cluster } from '#test/support/cluster/create-cluster.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import { furnishKubernetesLogin } from '#test/support/stores/furnish-kubernetes-login.ts';
import { makeAccountToken } from '#test/support/stores/make-account-token.ts';
import { untilSlowly } from '#test/support/until.ts';
import { openRealVault, type OpenVault } from '#test/support/vault/open-real-vault.ts';
import {
  createVaultUnderTest,
  vaultImplementations,
  vaultOptionsOf,
  type VaultImplementation,
} from '#test/support/vault/vault-under-test.ts';

const long = 120_000;
const programs = ['etcd', 'kube-apiserver', 'kubectl', 'vault', 'openbao'] as const;
const names = ['vault', 'openbao'] as const;
const implementations = Object.keys(vaultImplementations) as VaultImplementation[];

await describeWithParts(programs, 'logins with tokens of a real cluster', (paths) => {
  let cluster: Cluster;
  const logins: Login[] = [];

  beforeAll(async () => {
    cluster = await createCluster({});
    await cluster.kubectl(['create', 'namespace', 'shop']);
    for (const account of ['mayfly-store', 'unbound', 'reader']) {
      await cluster.kubectl(['create', 'serviceaccount', account, '-n', 'shop']);
    }
    for (const name of names) {
      const vault = await openRealVault(paths[name]);
      logins.push({ name, vault, tokens: await makeTokens(cluster, vault) });
    }
    await furnishKubernetesLogin(cluster, ...logins.map(({ vault }) => vault));
  }, long);

  afterAll(async () => {
    for (const { vault } of logins) await vault.close();
    await cluster.stop();
  }, long);

  for (const name of names) {
    for (const way of implementations) {
      describeSecretStore(`${name} ${way}, by kubernetes`, async () => {
        const login = logins.find((one) => one.name === name);
        if (login === undefined) throw new Error(`${name} did not start`);
        return createUnderTest(login, way);
      });
    }
  }

  it(
    'end with their account, though its tokens have not expired',
    async () => {
      const stores = logins.flatMap((login) =>
        implementations.map((way) => ({ ...createUnderTest(login, way), login })),
      );
      await Promise.all(stores.map(async ({ store, login }) => await expectLogin(store, login)));
      await cluster.kubectl(['delete', 'serviceaccount', 'unbound', '-n', 'shop']);
      await cluster.kubectl(['create', 'serviceaccount', 'unbound', '-n', 'shop']);
      await Promise.all(stores.map(async ({ store, login }) => await untilDenied(store, login)));
    },
    long,
  );
});

type Account = 'mayfly-store' | 'unbound' | 'reader';

interface Login {
  readonly name: string;
  readonly vault: OpenVault;
  readonly tokens: ReadonlyMap<Account, string>;
}

/** For the address of the store. */
async function makeTokens(
  cluster: Cluster,
  { url }: OpenVault,
): Promise<ReadonlyMap<Account, string>> {
  const accounts: readonly Account[] = ['mayfly-store', 'unbound', 'reader'];
  const made = accounts.map(
    async (account) => [account, await makeAccountToken(cluster, account, url)] as const,
  );
  return new Map(await Promise.all(made));
}

function tokenOf({ tokens }: Login, account: Account): SecretBytes {
  return SecretBytes.take(Buffer.from(tokens.get(account) ?? ''));
}

/** Furnished by `furnishKubernetesLogin`: its role wants two accounts and the address as audience. */
function createUnderTest(login: Login, way: VaultImplementation): StoreUnderTest {
  const { vault } = login;
  const options = vaultOptionsOf(vault);
  const method = { method: 'kubernetes', mount: 'kubernetes', role: 'shop-reader' } as const;
  const provider = { ...options.provider, login: method };
  return {
    ...createVaultUnderTest(vault, way, 2),
    store: vaultImplementations[way]({ ...options, provider }),
    token: async () => tokenOf(login, 'mayfly-store'),
    wrongToken: async () => tokenOf(login, 'reader'),
  };
}

async function expectLogin(store: SecretStore, login: Login): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  await (await store.login(tokenOf(login, 'unbound'), signal)).revoke(signal);
}

/** The API server keeps a review for ten seconds. */
async function untilDenied(store: SecretStore, login: Login): Promise<void> {
  const within = 20_000;
  await untilSlowly(async () => {
    const attempt = store.login(tokenOf(login, 'unbound'), AbortSignal.timeout(10_000));
    const code = await attempt.then(() => 'let in', codeOf);
    if (code !== 'let in') expect(code).toBe('MAYFLY_STORE_LOGIN_DENIED');
    return code !== 'let in';
  }, within);
}

function codeOf(error: unknown): string {
  return isMayflyError(error) ? error.code : String(error);
}
