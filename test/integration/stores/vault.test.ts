import { afterAll, beforeAll } from '@jest/globals';
import { describeSecretStore } from '#test/contract/secret-store.ts';
import { describeVault } from '#test/contract/vault.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import { openRealVault, type OpenVault } from '#test/support/vault/open-real-vault.ts';
import {
  createVaultUnderTest,
  vaultImplementations,
  type VaultImplementation,
} from '#test/support/vault/vault-under-test.ts';

const implementations = Object.keys(vaultImplementations) as VaultImplementation[];

await describeWithParts(['vault'], 'a real Vault', ({ vault: program }) => {
  let vault: OpenVault;
  beforeAll(async () => {
    vault = await openRealVault(program);
  }, 60_000);
  afterAll(() => vault.close());

  for (const implementation of implementations) {
    for (const version of [1, 2] as const) {
      describeSecretStore(`vault ${implementation}, KV version ${version}`, async () =>
        createVaultUnderTest(vault, implementation, version),
      );
    }
    describeVault(`vault ${implementation}`, () => ({ vault, implementation }));
  }
});
