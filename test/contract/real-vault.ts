import { describe, expect, it } from '@jest/globals';
import type { OpenVault } from '#test/support/vault/open-real-vault.ts';
import {
  createVaultUnderTest,
  vaultImplementations,
  vaultOptionsOf,
  type VaultImplementation,
} from '#test/support/vault/vault-under-test.ts';
import { expectCode } from '#test/support/expect-code.ts';
import { describeSecretStore } from './secret-store.ts';
import { describeVault } from './vault.ts';

const implementations = Object.keys(vaultImplementations) as VaultImplementation[];

const quota = 'sys/quotas/rate-limit/seldom';

const signal = (): AbortSignal => AbortSignal.timeout(10_000);

/** Everything that a real server is asked to do, by each implementation: Vault or OpenBao, at its root or in a namespace. */
export function describeRealVault(name: string, given: () => OpenVault): void {
  for (const implementation of implementations) {
    for (const version of [1, 2] as const) {
      describeSecretStore(`${name} ${implementation}, KV version ${version}`, async () =>
        createVaultUnderTest(given(), implementation, version),
      );
    }
    describeVault(`${name} ${implementation}`, () => ({ vault: given(), implementation }));
  }
}

/** What it does to those who ask too often. Quotas are set at the root. */
export function describeQuota(name: string, given: () => OpenVault): void {
  describe(`${name} with a quota`, () => {
    it.each(implementations)('says for how long it wants to be left alone, %s', async (way) => {
      await readTwiceAMinute(given(), way);
    });
  });
}

async function readTwiceAMinute(vault: OpenVault, way: VaultImplementation): Promise<void> {
  const { root, tokens } = vault;
  const path = { path: 'kv/team/often', version: null };
  await root.call('POST', path.path, { a: '1' });
  const session = await vaultImplementations[way](vaultOptionsOf(vault)).login(
    tokens.make(),
    signal(),
  );
  // Neither server says how long unless it is told to.
  await root.call('POST', 'sys/quotas/config', { enable_rate_limit_response_headers: true });
  await root.call('POST', quota, { path: 'kv/', rate: 1, interval: '1m' });
  try {
    (await session.read(path, signal())).wipe();
    const error = await expectCode(session.read(path, signal()), 'MAYFLY_STORE_THROTTLED');
    expect(error.retryAfterMs).toBeGreaterThan(0);
    expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
  } finally {
    await root.call('DELETE', quota);
  }
}
