import { afterAll, beforeAll } from '@jest/globals';
import { describeSecretStore } from '#test/contract/secret-store.ts';
import { describeVault } from '#test/contract/vault.ts';
import { openFakeVault } from '#test/support/fake-vault/open-fake-vault.ts';
import type { OpenVault } from '#test/support/vault/open-real-vault.ts';
import {
  createVaultUnderTest,
  vaultImplementations,
  type VaultImplementation,
} from '#test/support/vault/vault-under-test.ts';

let vault: OpenVault;
beforeAll(async () => {
  vault = await openFakeVault();
}, 30_000);
afterAll(() => vault.close());

for (const implementation of Object.keys(vaultImplementations) as VaultImplementation[]) {
  for (const version of [1, 2] as const) {
    describeSecretStore(`a fake Vault, ${implementation}, KV version ${version}`, async () =>
      createVaultUnderTest(vault, implementation, version),
    );
  }
  describeVault(`a fake Vault, ${implementation}`, () => ({ vault, implementation }));
}
