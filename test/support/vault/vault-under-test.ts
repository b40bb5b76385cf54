import { createVaultAgentStore } from '#adapters/store/vault/create-vault-agent-store.ts';
import { createVaultStore } from '#adapters/store/vault/create-vault-store.ts';
import type { VaultOptions } from '#adapters/store/vault/vault-options.ts';
import type { SecretStore } from '#core/ports/secret-store.ts';
import { createSystemClock } from '#platform/time/system-clock.ts';
import type { StoreUnderTest } from '#test/contract/secret-store.ts';
import type { TokenMaker } from './make-tokens.ts';
import type { VaultClient, VaultPlace } from './vault-client.ts';

/** The two ways that requests reach a Vault. */
export const vaultImplementations = {
  'over node-vault': createVaultStore,
  'of the agent': createVaultAgentStore,
} as const satisfies Record<string, (options: VaultOptions) => SecretStore>;

export type VaultImplementation = keyof typeof vaultImplementations;

/** A Vault that was furnished by `furnishVault`. */
export interface FurnishedVault extends VaultPlace {
  readonly root: VaultClient;
  readonly tokens: TokenMaker;
}

export function vaultOptionsOf(
  place: VaultPlace,
  change: Partial<VaultOptions> = {},
): VaultOptions {
  return {
    store: 'vault',
    provider: {
      address: place.url,
      ca: place.caPem,
      serverName: null,
      storeNamespace: place.storeNamespace ?? null,
      login: { method: 'jwt', mount: 'jwt', role: 'app' },
    },
    clock: createSystemClock(),
    checkAddress: () => undefined,
    ...change,
  };
}

/** A Vault as the contract of stores has it, with its KV engine of either version. */
export function createVaultUnderTest(
  vault: FurnishedVault,
  implementation: VaultImplementation,
  version: 1 | 2,
): StoreUnderTest {
  const { root, tokens } = vault;
  const mount = version === 2 ? 'secret/data' : 'kv';
  return {
    store: vaultImplementations[implementation](vaultOptionsOf(vault)),
    token: async () => tokens.make(),
    wrongToken: async () => tokens.make({ aud: ['https://another.test'] }),
    put: async (name, fields) => {
      const path = `${mount}/team/${name}`;
      await root.call('POST', path, version === 2 ? { data: fields } : fields);
      return path;
    },
    emptyPath: `${mount}/team/nothing-is-here`,
    forbiddenPath: `${mount}/other/secret`,
    leased: { path: 'database/creds/app', version: null },
    versions: version === 2 ? 'all' : 'none',
    hasTerms: true,
    close: async () => {},
  };
}
