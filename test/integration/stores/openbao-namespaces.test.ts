import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { describeRealVault } from '#test/contract/real-vault.ts';
import { describeWithParts } from '#test/support/describe-with-parts.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { openRealVault, type OpenVault } from '#test/support/vault/open-real-vault.ts';
import {
  vaultImplementations,
  vaultOptionsOf,
  type VaultImplementation,
} from '#test/support/vault/vault-under-test.ts';

const signal = (): AbortSignal => AbortSignal.timeout(10_000);

await describeWithParts(['openbao'], 'a namespace of a real OpenBao', ({ openbao: program }) => {
  let vault: OpenVault;
  beforeAll(async () => {
    vault = await openRealVault(program, 'team/a');
  }, 60_000);
  afterAll(() => vault.close());

  describeRealVault('openbao, in a namespace,', () => vault);

  describe.each(Object.keys(vaultImplementations) as VaultImplementation[])('%s', (way) => {
    it.each([['team'], ['team/b'], [null]])(
      'lets nobody in at %j with what was furnished in another',
      async (storeNamespace) => {
        const options = vaultOptionsOf(vault);
        const provider = { ...options.provider, storeNamespace };
        const store = vaultImplementations[way]({ ...options, provider });
        const login = store.login(vault.tokens.make(), signal());
        await expectCode(login, 'MAYFLY_STORE_LOGIN_DENIED');
      },
    );
  });
});
