import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeQuota, describeRealVault } from '#test/contract/real-vault.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import { openRealVault, type OpenVault } from '#test/support/vault/open-real-vault.ts';
import { textAt } from '#test/support/vault/vault-client.ts';

for (const [name, version] of [
  ['vault', '1.13.0'],
  ['openbao', '2.4.0'],
] as const) {
  await describeWithParts([name], `a real ${name}`, ({ [name]: program }) => {
    let vault: OpenVault;
    beforeAll(async () => {
      vault = await openRealVault(program);
    }, 60_000);
    afterAll(() => vault.close());

    it('is the version that the documents name', async () => {
      expect(textAt(await vault.root.call('GET', 'sys/health'), 'version')).toBe(version);
    });

    describeRealVault(name, () => vault);
    describeQuota(name, () => vault);
  });
}
